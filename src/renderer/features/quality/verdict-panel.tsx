import { Button, Stack } from '@mantine/core';
import type { Problem } from '../../../shared/problem.ts';
import type { Verification } from '../../../shared/verification.ts';
import { useAction, useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { EvidenceButton } from '../../ui/evidence-button.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { verificationKind } from '../../ui/verification-sign.tsx';
import { useWords } from '../../words/words.ts';
import { CheckTable } from './check-table.tsx';
import classes from './verdict-panel.module.css';

/** One verification: what it came to in the largest letters, why, and every check with what was expected and found. */
export function VerdictPanel({ verification }: { readonly verification: Verification }) {
  const t = useWords('quality');
  const { state, serial } = verification;
  const done = state.step === 'done' ? state : null;
  const verdict = done?.verdict ?? null;
  const kind = verificationKind(verdict);
  const cause = causeOf(verification);
  return (
    <Stack gap="md" data-verification={verification.id} data-step={state.step}>
      <section className={classes['panel']} data-kind={kind} data-verdict={verdict ?? 'running'} aria-label={serial}>
        <VerdictShape kind={kind} size="5.5rem" />
        <div className={classes['words']}>
          <div role="status">
            <p className={classes['headline']}>{t(`headline.${verdict ?? 'running'}`)}</p>
            {done === null && <AtWork verification={verification} />}
          </div>
          <a className={classes['serial']} href={addressOf('unit', serial)} data-verified={serial}>
            {serial}
          </a>
          <Facts verification={verification} />
        </div>
        {done === null && <StopButton id={verification.id} />}
      </section>
      {cause !== null && <ProblemCard problem={cause} quiet />}
      {done !== null && <EvidenceButton serial={serial} />}
      {done !== null && <CheckTable checks={done.checks} />}
    </Stack>
  );
}

/** Why it failed, or why it cannot tell. */
function causeOf({ state }: Verification): Problem | null {
  if (state.step !== 'done') return null;
  const failed = state.checks.find(({ verdict }) => verdict === 'fail')?.problem ?? null;
  return (state.reason ?? failed) as Problem | null;
}

/** What is read at the moment, and what a person is asked for at the board. */
function AtWork({ verification: { state, slot } }: { readonly verification: Verification }) {
  const t = useWords('quality');
  const board = useWords('board');
  const place = useMirror('station')?.slots.find((one) => one.slot === slot);
  const ask = place?.ask ?? null;
  return (
    <>
      <p className={classes['more']}>{t(`step.${state.step}`)}</p>
      {ask !== null && (
        <p className={classes['ask']} data-ask={ask}>
          {t('askAt', { slot, what: board(`ask.${ask}`) })}
        </p>
      )}
    </>
  );
}

function Facts({ verification }: { readonly verification: Verification }) {
  const t = useWords('quality');
  const { dateTime } = useTimes();
  const { state, slot, ask, origin, startedAt, finishedAt } = verification;
  const checks = state.step === 'done' ? state.checks : [];
  const facts = [
    checks.length === 0
      ? null
      : t('checksPassed', { passed: checks.filter((one) => one.verdict === 'pass').length, count: checks.length }),
    t(`asked.${ask}`),
    slot === null ? t('slotNone') : t('slot', { slot }),
    t('by', { actor: origin.actor }),
    dateTime(finishedAt ?? startedAt),
  ];
  return <p className={classes['more']}>{facts.filter((one) => one !== null).join(' · ')}</p>;
}

function StopButton({ id }: { readonly id: string }) {
  const t = useWords('quality');
  const stop = useAction('verify-stop');
  return (
    <Stack gap="xs">
      <Button variant="white" color="dark" loading={stop.busy} onClick={() => void stop.run({ id })} data-stop={id}>
        {t('stop')}
      </Button>
      {stop.problem !== null && <ProblemCard problem={stop.problem} action={{ label: t('close'), run: stop.clear }} />}
    </Stack>
  );
}
