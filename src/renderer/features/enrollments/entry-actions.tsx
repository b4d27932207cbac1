import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  type EntryKind,
  type EntryOperation,
  entryOperationSchema,
  forGood,
  type OperationResult,
} from '../../../shared/enrollment-list.ts';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import classes from './enrollments-page.module.css';
import { OperationResults } from './operation-results.tsx';

/** Operations that nothing brings back; the station wants the number of entries typed. */
const forGroups: readonly EntryOperation[] = ['enable', 'disable', 'delete', 'retire'];

/** The operations that there are for entries of a kind. */
export function operationsFor(kind: EntryKind): readonly EntryOperation[] {
  return kind === 'group' ? forGroups : entryOperationSchema.options;
}

/** What can be done with the chosen entries, and what became of it at each. */
export function EntryActions(props: {
  readonly instance: string;
  readonly kind: EntryKind;
  readonly ids: readonly string[];
  onDone(): void;
  /** Absent: there is no choice to give up. */
  readonly onClear?: () => void;
}) {
  const { instance, kind, ids, onDone, onClear } = props;
  const t = useWords('enrollments');
  const action = useAction('entry-operate');
  const [asking, setAsking] = useState<EntryOperation | null>(null);
  const [results, setResults] = useState<readonly OperationResult[] | null>(null);

  async function run(operation: EntryOperation, confirm: string): Promise<void> {
    const answer = await action.run({ instance, kind, ids: [...ids], operation, confirm });
    if (answer === null) return;
    setAsking(null);
    if (!answer.ok) return;
    setResults(answer.value.results);
    onDone();
  }

  return (
    <>
      {ids.length > 0 && (
        <Group className={classes['actions']} role="toolbar" aria-label={t('actions', { count: ids.length })}>
          {onClear !== undefined && <Text fw={700}>{t('chosen', { count: ids.length })}</Text>}
          {operationsFor(kind).map((operation) => (
            <Button
              key={operation}
              variant="default"
              loading={action.busy && asking === null}
              onClick={() => (forGood.includes(operation) ? setAsking(operation) : void run(operation, ''))}
              data-operation={operation}
            >
              {t(`operation.${operation}`)}
            </Button>
          ))}
          {onClear !== undefined && (
            <Button variant="subtle" onClick={onClear}>
              {t('clearChoice')}
            </Button>
          )}
        </Group>
      )}
      {action.problem !== null && (
        <ProblemCard problem={action.problem} action={{ label: t('close'), run: action.clear }} />
      )}
      <TypedConfirmation
        key={asking}
        operation={asking}
        count={ids.length}
        busy={action.busy}
        onConfirm={(text) => asking !== null && void run(asking, text)}
        onCancel={() => setAsking(null)}
      />
      <OperationResults results={results} onClose={() => setResults(null)} />
    </>
  );
}

function TypedConfirmation(props: {
  readonly operation: EntryOperation | null;
  readonly count: number;
  readonly busy: boolean;
  onConfirm(text: string): void;
  onCancel(): void;
}) {
  const { operation, count, busy, onConfirm, onCancel } = props;
  const t = useWords('enrollments');
  const common = useWords('common');
  const [text, setText] = useState('');
  const right = text.trim() === String(count);
  return (
    <Modal
      opened={operation !== null}
      onClose={onCancel}
      title={operation === null ? '' : t(`operation.${operation}`)}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (right) onConfirm(text);
        }}
      >
        <Stack gap="md">
          <Text size="lg">{operation === null ? '' : t(`explain.${operation}`, { count })}</Text>
          <TextInput
            label={t('typeNumber', { count })}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            inputMode="numeric"
            autoComplete="off"
            data-autofocus
            data-confirm
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onCancel}>
              {common('cancel')}
            </Button>
            <Button type="submit" disabled={!right} loading={busy} color="red" data-confirmed>
              {operation === null ? '' : t(`operation.${operation}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
