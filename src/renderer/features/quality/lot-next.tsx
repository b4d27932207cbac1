import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import type { LotView } from '../../../shared/lot.ts';
import type { Problem } from '../../../shared/problem.ts';
import { useCall, useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useQualityChange } from '../../ui/use-quality-change.ts';
import { useWords } from '../../words/words.ts';
import classes from './quality-page.module.css';

type Drawn = CallOutput<'lot-sample'>;

/** Which units of an open lot to take in hand next; nothing once its sample is through. */
export function LotNext({ view: { lot, count } }: { readonly view: LotView }) {
  const t = useWords('quality');
  const { number } = useTimes();
  const { drawn, problem, again } = useDrawn(lot.id);
  if (problem !== null) return <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />;
  if (drawn === null || lot.closed !== null || count.left === 0) return null;
  const more = drawn.total - drawn.rows.length;
  const lacking = Math.max(0, count.left - drawn.total);
  return (
    <section className={classes['part']} aria-label={t('next.title')} data-lot-next={drawn.total}>
      <h2 className={classes['heading']}>{t('next.title')}</h2>
      {drawn.total > 0 && <Text>{t('next.text')}</Text>}
      {drawn.total > 0 && (
        <ul className={classes['others']}>
          {drawn.rows.map(({ serial, verdict }) => (
            <li key={serial} data-next={serial}>
              <a className={classes['link']} href={addressOf('unit', serial)}>
                {serial}
              </a>
              {verdict !== null && ` ${t('next.again')}`}
            </li>
          ))}
          {more > 0 && <li>{t('next.more', { count: more, shown: number(more) })}</li>}
        </ul>
      )}
      {lacking > 0 && (
        <Text data-lacking={lacking}>{t('next.lacking', { count: lacking, shown: number(lacking) })}</Text>
      )}
    </section>
  );
}

/** Asked again whenever a verification ends or the lot counts on. */
function useDrawn(lot: string) {
  const call = useCall();
  const connection = useMirror('connection');
  const change = useQualityChange();
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: change and tries are reasons to ask again
  useEffect(() => {
    if (connection !== 'connected') return;
    let wanted = true;
    void call('lot-sample', { lot }).then((answer) => {
      if (!wanted) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setDrawn(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [call, connection, lot, change, tries]);
  return { drawn, problem, again: () => setTries((before) => before + 1) };
}
