import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { OperationResult, OperationStep } from '../../../shared/enrollment-list.ts';
import type { Problem } from '../../../shared/problem.ts';
import { Signed } from '../../ui/outcome.tsx';
import type { VerdictKind } from '../../ui/theme.ts';
import { useProblemWords, useWords } from '../../words/words.ts';
import classes from './enrollments-page.module.css';

const kinds: Readonly<Record<OperationStep['outcome'], VerdictKind>> = {
  done: 'pass',
  'not-needed': 'idle',
  'not-possible': 'check',
  skipped: 'check',
  failed: 'fail',
};

/** What became of an operation at each entry; those that need a person come first. */
export function OperationResults(props: { readonly results: readonly OperationResult[] | null; onClose(): void }) {
  const { results, onClose } = props;
  const t = useWords('enrollments');
  const common = useWords('common');
  const open = (results ?? []).filter((one) => one.done < one.of);
  const whole = (results ?? []).filter((one) => one.done === one.of);
  return (
    <Modal
      opened={results !== null}
      onClose={onClose}
      title={t('result.title', { done: whole.length, count: results?.length ?? 0 })}
      centered
      size="xl"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <Stack gap="md">
        <ul className={classes['results']} data-results={results?.length}>
          {[...open, ...whole].map((result) => (
            <li key={result.id} data-result={result.id} data-done={result.done} data-of={result.of}>
              <Text fw={700}>
                {result.id} · {t('result.steps', { done: result.done, of: result.of })}
              </Text>
              {result.steps.map((step, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a group may have the same step often; they never move
                <Step key={index} step={step} />
              ))}
            </li>
          ))}
        </ul>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {common('close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Step({ step }: { readonly step: OperationStep }) {
  const t = useWords('enrollments');
  const words = useProblemWords();
  const told = step.problem === null ? null : words(step.problem as Problem);
  return (
    <div className={classes['step']}>
      <Signed kind={kinds[step.outcome]}>
        {t(`step.${step.step}`)}: {t(`outcome.${step.outcome}`)}
      </Signed>
      {told !== null && (
        <Text size="sm">
          {told.title} {told.remedy}
        </Text>
      )}
    </div>
  );
}
