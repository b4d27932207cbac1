import type { Problem } from '../../../shared/problem.ts';
import type { Check } from '../../../shared/verification.ts';
import { VerificationSign } from '../../ui/verification-sign.tsx';
import { useProblemWords, useWords } from '../../words/words.ts';
import classes from './verdict-panel.module.css';

const columns = ['check', 'expected', 'found', 'verdict'] as const;

/** Every comparison of a verification; what failed or stayed open says what to do. */
export function CheckTable({ checks }: { readonly checks: readonly Check[] }) {
  const t = useWords('quality');
  if (checks.length === 0) return <p>{t('noChecks')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes['wide']} tabIndex={0} aria-label={t('checks')}>
      <table className={classes['table']} data-checks={checks.length}>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {t(`column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {checks.map((check, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a record may be checked twice; checks never move
            <CheckLine key={index} check={check} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function CheckLine({ check: { check, expected, found, verdict, problem } }: { readonly check: Check }) {
  const t = useWords('quality');
  const words = useProblemWords();
  const told = problem === null ? null : words(problem as Problem);
  return (
    <tr data-check={check} data-check-verdict={verdict}>
      <th scope="row">{t(`check.${check}`)}</th>
      <td className={classes['value']}>{expected ?? '–'}</td>
      <td className={classes['value']}>{found ?? '–'}</td>
      <td className={classes['verdict']}>
        <VerificationSign verdict={verdict} />
        {told !== null && (
          <p className={classes['remedy']} data-problem={problem?.code}>
            {told.title} {told.remedy}
          </p>
        )}
      </td>
    </tr>
  );
}
