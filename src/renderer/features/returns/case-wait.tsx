import { Text } from '@mantine/core';
import type { Problem } from '../../../shared/problem.ts';
import type { ReturnWait } from '../../../shared/returns.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useNow, useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './returns-page.module.css';

/** Who or what a return waits for: `network` stands for the service and the way to it. */
function waiterOf(step: string, { problem, needsPerson }: ReturnWait): 'person' | 'network' | 'board' | 'station' {
  if (needsPerson) return 'person';
  if (problem !== null) return 'network';
  if (step === 'awaiting-board' || step === 'awaiting-registration' || step === 'proving') return 'board';
  return step === 'delivering' ? 'network' : 'station';
}

/** What an open return waits for: in words, with the time until the station tries again, and the problem with its remedy. */
export function CaseWait({ step, wait }: { readonly step: string; readonly wait: ReturnWait }) {
  const t = useWords('returns');
  const { duration } = useTimes();
  const now = useNow(1_000);
  const { problem, nextTryAt } = wait;
  const waiter = waiterOf(step, wait);
  const left = nextTryAt === null ? null : Math.max(0, Date.parse(nextTryAt) - now);
  return (
    <div className={classes['wait']} data-waits-for={waiter}>
      <Text size="lg" role="status">
        {problem === null ? t(`waits.${step}`, { defaultValue: '' }) : t(`held.${waiter}`)}
      </Text>
      {left !== null && (
        <Text data-next-try={nextTryAt}>
          {left === 0 ? t('triesNow') : t('nextTry', { left: duration(Math.ceil(left / 1_000) * 1_000) })}
        </Text>
      )}
      {problem !== null && <ProblemCard problem={problem as Problem} quiet />}
    </div>
  );
}
