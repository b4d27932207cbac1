import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { ReturnCase, ReturnWait } from '../../../shared/returns.ts';
import { useAction } from '../../station/use-station.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { mayCancel, mayLeaveOut } from './return-steps.ts';

/** What a person can do with an open return: try again now, go on without this step, cancel it. */
export function CaseActions(props: {
  readonly one: Pick<ReturnCase, 'id' | 'serial' | 'options' | 'state'>;
  readonly wait: ReturnWait;
  readonly onDone: () => void;
}) {
  const { one, wait, onDone } = props;
  const t = useWords('returns');
  const goOn = useAction('return-continue');
  const cancel = useAction('return-cancel');
  const [asking, setAsking] = useState<'leave-out' | 'cancel' | null>(null);
  const { id, serial, state } = one;
  const step = t(`step.${state.step}`);
  const problem = goOn.problem ?? cancel.problem;
  const clear = (): void => {
    goOn.clear();
    cancel.clear();
  };
  async function run(what: 'continue' | 'leave-out' | 'cancel'): Promise<void> {
    setAsking(null);
    clear();
    const answer = await (what === 'cancel' ? cancel.run({ id }) : goOn.run({ id, leaveOut: what === 'leave-out' }));
    if (answer?.ok) onDone();
  }
  return (
    <>
      <Group gap="sm" role="group" aria-label={t('actions', { serial })}>
        {(wait.problem !== null || wait.nextTryAt !== null || wait.needsPerson) && (
          <Button loading={goOn.busy} onClick={() => void run('continue')} data-continue={id}>
            {t('continue')}
          </Button>
        )}
        {mayLeaveOut(state.step) && (
          <Button variant="default" loading={goOn.busy} onClick={() => setAsking('leave-out')} data-leave-out={id}>
            {t('leaveOut.button')}
          </Button>
        )}
        {mayCancel(one) && (
          <Button variant="default" loading={cancel.busy} onClick={() => setAsking('cancel')} data-cancel-return={id}>
            {t('cancel.button')}
          </Button>
        )}
      </Group>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('close'), run: clear }} />}
      <ConfirmDialog
        opened={asking === 'leave-out'}
        title={t('leaveOut.title', { serial })}
        text={t('leaveOut.text', { step })}
        confirm={t('leaveOut.button')}
        onConfirm={() => void run('leave-out')}
        onCancel={() => setAsking(null)}
      />
      <ConfirmDialog
        opened={asking === 'cancel'}
        title={t('cancel.title', { serial })}
        text={t('cancel.text')}
        confirm={t('cancel.button')}
        cancel={t('cancel.keep')}
        onConfirm={() => void run('cancel')}
        onCancel={() => setAsking(null)}
      />
    </>
  );
}
