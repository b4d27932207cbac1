import { useWords } from '../../words/words.ts';

/** Who may work here: badges, roles, names, recipes that engineers approved. */
export function PeoplePage() {
  const t = useWords('people');
  return <h1>{t('title')}</h1>;
}
