import { useWords } from '../../words/words.ts';

/** The QA bench: units verified again, lots, evidence. */
export function QualityPage({ opened }: { readonly opened: string }) {
  const t = useWords('quality');
  return <h1 data-opened={opened}>{t('title')}</h1>;
}
