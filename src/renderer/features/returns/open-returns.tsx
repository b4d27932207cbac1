import { Text } from '@mantine/core';
import type { OpenReturn, ReturnRow } from '../../../shared/returns.ts';
import { useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { useNow, useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import { CaseActions } from './case-actions.tsx';
import { CaseSteps } from './case-steps.tsx';
import { CaseWait } from './case-wait.tsx';
import classes from './returns-page.module.css';
import { useOpenCases } from './use-returns.ts';

/** Every return that is under way, with what holds it up and what a person can do. */
export function OpenReturns() {
  const t = useWords('returns');
  const { number } = useTimes();
  const returns = useMirror('returns');
  const cases = useOpenCases();
  if (returns === null) return <LoadingState text={t('loading')} />;
  const { open, rows } = returns;
  return (
    <section aria-label={t('openCases')} data-open-returns={open}>
      <h2 className={classes['heading']}>{t('openCount', { count: open, shown: number(open) })}</h2>
      {open === 0 && <EmptyState title={t('none.title')} text={t('none.text')} />}
      <ul className={classes['list']}>
        {rows.map((row) => (
          <li key={row.id}>
            <OpenCase row={row} known={cases.get(row.id)} />
          </li>
        ))}
      </ul>
      {open > rows.length && <Text>{t('more', { count: open - rows.length, shown: number(open - rows.length) })}</Text>}
    </section>
  );
}

/** `known`: the same return from the books, which may be a step behind or not here yet. */
function OpenCase({ row, known }: { readonly row: OpenReturn; readonly known: ReturnRow | undefined }) {
  const t = useWords('returns');
  const { ago } = useTimes();
  const now = useNow(30_000);
  const held = row.wait.problem !== null || row.wait.needsPerson;
  const current = known?.state.step === row.step ? known : undefined;
  return (
    <article
      className={classes['unit']}
      data-return={row.id}
      data-unit={row.serial}
      data-step={row.step}
      aria-label={row.serial}
    >
      <div className={classes['caseHead']}>
        <a className={classes['serialLink']} href={addressOf('returns', row.id)} data-to-return={row.id}>
          {row.serial}
        </a>
        <strong>{t(`deed.${row.deed}.title`)}</strong>
        <span>{t(`reason.${row.reason}`)}</span>
        <span className={classes['aside']}>{ago(row.startedAt, now)}</span>
      </div>
      {current === undefined ? (
        <Text>{t(`step.${row.step}`, { defaultValue: row.step })}</Text>
      ) : (
        <CaseSteps one={current} held={held} />
      )}
      <CaseWait step={row.step} wait={row.wait} />
      {/* Here a scan looks for a unit; there it begins the work. */}
      {row.step === 'awaiting-board' && (
        <a className={classes['link']} href={addressOf('returns', row.id)}>
          {t('toBoard')}
        </a>
      )}
      {current !== undefined && <CaseActions one={current} wait={row.wait} onDone={() => {}} />}
    </article>
  );
}
