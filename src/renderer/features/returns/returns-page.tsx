import { useWords } from '../../words/words.ts';

/** The returns desk: units that came back, and what becomes of them. */
export function ReturnsPage({ opened }: { readonly opened: string }) {
  const t = useWords('returns');
  return <h1 data-opened={opened}>{t('title')}</h1>;
}
