import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { VerificationRow } from '../../../shared/verification.ts';
import { useCall, useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { EvidenceButton } from '../../ui/evidence-button.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useQualityChange } from '../../ui/use-quality-change.ts';
import { VerificationSign } from '../../ui/verification-sign.tsx';
import { useWords } from '../../words/words.ts';
import classes from './unit-page.module.css';

const shownAtMost = 50;

/** What verifications of the unit came to, newest first, and the evidence of the newest. */
export function VerificationsSection({ serial }: { readonly serial: string }) {
  const t = useWords('quality');
  const { number } = useTimes();
  const { list, problem, again } = useVerifications(serial);
  const rows = list?.rows ?? [];
  return (
    <section className={classes['part']} aria-label={t('unit.title')} data-verifications={list?.total}>
      <h2 className={classes['heading']}>{t('unit.title')}</h2>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {list === null && problem === null && <p role="status">{t('unit.loading')}</p>}
      {list !== null && rows.length === 0 && <p className={classes['line']}>{t('unit.none')}</p>}
      {rows.length > 0 && (
        <>
          {rows.some(({ verdict }) => verdict !== null) && <EvidenceButton serial={serial} />}
          <ol className={classes['list']}>
            {rows.map((row) => (
              <Line key={row.id} row={row} />
            ))}
          </ol>
        </>
      )}
      {list !== null && list.total > rows.length && (
        <p className={classes['aside']}>{t('unit.more', { shown: number(rows.length), total: number(list.total) })}</p>
      )}
    </section>
  );
}

function Line({ row }: { readonly row: VerificationRow }) {
  const t = useWords('quality');
  const { dateTime } = useTimes();
  const facts = [
    t(`asked.${row.ask}`),
    row.slot === null ? t('slotNone') : t('slot', { slot: row.slot }),
    t('by', { actor: row.actor }),
  ];
  return (
    <li className={classes['job']}>
      <p className={classes['line']}>
        <a className={classes['back']} href={addressOf('quality', `v/${row.id}`)} data-verification-row={row.serial}>
          {dateTime(row.startedAt)}
        </a>
        <VerificationSign verdict={row.verdict} />
      </p>
      <p className={classes['aside']}>{facts.join(' · ')}</p>
    </li>
  );
}

/** The newest verifications of a serial, asked for again whenever one begins or ends. */
function useVerifications(serial: string) {
  const call = useCall();
  const connection = useMirror('connection');
  const change = useQualityChange();
  const [list, setList] = useState<CallOutput<'verification-list'> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: change and tries are reasons to ask again
  useEffect(() => {
    if (connection !== 'connected') return;
    let wanted = true;
    const filter = { serial, verdict: null, lot: null };
    void call('verification-list', { ...filter, before: null, limit: shownAtMost }).then((answer) => {
      if (!wanted) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setList(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [call, serial, connection, change, tries]);
  return { list, problem, again: () => setTries((before) => before + 1) };
}
