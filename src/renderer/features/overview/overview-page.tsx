import { useWords } from '../../words/words.ts';

/** What a line lead looks at: all slots, yield, failures, what waits, what must come back. */
export function OverviewPage() {
  const t = useWords('overview');
  return <h1>{t('title')}</h1>;
}
