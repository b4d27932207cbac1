import { Progress } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import type { InstanceState } from '../../../shared/queue.ts';
import type { Pause } from '../../../shared/station-snapshot.ts';
import { CloudIcon, CloudOffIcon } from '../../ui/icons.tsx';
import { type ProblemAction, ProblemCard } from '../../ui/problem-card.tsx';
import { useNow, useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './instance-card.module.css';

const unreachable: readonly string[] = ['network-down', 'name-not-found', 'tls-failed', 'service-timeout'];

const longestTryInMs = 5_000;

/** One DPS instance: whether it answers, why nothing is sent, how much of its quota is used. */
export function InstanceCard({
  instance,
  sendNow,
}: {
  readonly instance: InstanceState;
  readonly sendNow: ProblemAction;
}) {
  const t = useWords('queue');
  const { number, ago, duration } = useTimes();
  const { quotaUsed, quotaLimit, lastAnswerAt } = instance;
  const pause = useSteadyPause(instance);
  const now = useNow(pause?.until == null ? 10_000 : 1_000);
  const state = stateOf(pause, lastAnswerAt);
  const leftInMs = pause?.until == null ? null : Math.max(0, Date.parse(pause.until) - now);
  return (
    <section className={classes['card']} data-instance={instance.name} data-state={state} aria-label={instance.name}>
      <div className={classes['line']}>
        {pause === null ? <CloudIcon /> : <CloudOffIcon />}
        <span className={classes['names']}>
          <strong>{instance.name}</strong> <span className={classes['host']}>{instance.hostName}</span>
        </span>
        <span>{t(`instance.${state}`)}</span>
        <span className={classes['answer']}>
          {lastAnswerAt === null ? t('instance.noAnswer') : t('instance.answered', { ago: ago(lastAnswerAt, now) })}
        </span>
        <span className={classes['quota']}>
          <Progress
            size="lg"
            value={Math.min(100, (100 * quotaUsed) / quotaLimit)}
            // The words beside it say the same.
            aria-hidden="true"
          />
          <span>{t('instance.quota', { used: number(quotaUsed), limit: number(quotaLimit) })}</span>
        </span>
      </div>
      {pause !== null && (
        <>
          <ProblemCard problem={pause.problem as Problem} action={sendNow} quiet />
          <p className={classes['until']}>
            {instance.pause === null
              ? t('instance.trying')
              : leftInMs === null
                ? t('instance.untilPerson')
                : t('instance.until', { left: duration(Math.ceil(leftInMs / 1_000) * 1_000) })}
          </p>
        </>
      )}
    </section>
  );
}

/** While a try is under way there is no pause; its card stays until that try is answered, so that nothing jumps. */
function useSteadyPause({ pause, lastAnswerAt }: InstanceState): Pause | null {
  const [held, setHeld] = useState(pause);
  useEffect(() => {
    if (pause !== null) return setHeld(pause);
    const timer = setTimeout(() => setHeld(null), longestTryInMs);
    return () => clearTimeout(timer);
  }, [pause]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer, not a new pause, ends it
  useEffect(() => {
    if (pause === null) setHeld(null);
  }, [lastAnswerAt]);
  return pause ?? held;
}

function stateOf(pause: Pause | null, lastAnswerAt: string | null): 'up' | 'quiet' | 'network' | 'paused' {
  if (pause === null) return lastAnswerAt === null ? 'quiet' : 'up';
  return unreachable.includes(pause.problem.code) ? 'network' : 'paused';
}
