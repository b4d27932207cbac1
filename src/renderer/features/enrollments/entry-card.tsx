import { Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import type { EntryKind } from '../../../shared/enrollment-list.ts';
import type { Problem } from '../../../shared/problem.ts';
import { useCall } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './enrollments-page.module.css';
import { EntryActions } from './entry-actions.tsx';
import { registrationKind } from './entry-line.tsx';

/** One entry as the service holds it now; '' shows none. Its address can be kept and sent. */
export function EntryCard(props: {
  readonly instance: string;
  readonly kind: EntryKind;
  readonly id: string;
  onChanged(): void;
}) {
  const { instance, kind, id, onChanged } = props;
  const t = useWords('enrollments');
  const common = useWords('common');
  const close = (): void => {
    window.location.hash = addressOf('enrollments');
  };
  const [reads, setReads] = useState(0);
  return (
    <Modal
      opened={id !== ''}
      onClose={close}
      title={t('card.title', { id })}
      centered
      size="xl"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      {id !== '' && (
        <Stack gap="md">
          <Facts key={`${id} ${reads}`} instance={instance} kind={kind} id={id} />
          <EntryActions
            instance={instance}
            kind={kind}
            ids={[id]}
            onDone={() => {
              setReads(reads + 1);
              onChanged();
            }}
          />
        </Stack>
      )}
    </Modal>
  );
}

type Detail = CallOutput<'entry-detail'>;

function Facts(props: { readonly instance: string; readonly kind: EntryKind; readonly id: string }) {
  const { instance, kind, id } = props;
  const t = useWords('enrollments');
  const call = useCall();
  const { dateTime } = useTimes();
  const [detail, setDetail] = useState<Detail | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let gone = false;
    void call('entry-detail', { instance, kind, id }).then((answer) => {
      if (gone) return;
      if (answer.ok) setDetail(answer.value);
      else setProblem(answer.problem);
    });
    return () => {
      gone = true;
    };
  }, [call, instance, kind, id]);
  if (problem !== null) return <ProblemCard problem={problem} />;
  if (detail === null) return <LoadingState text={t('card.loading')} />;
  const { entry, registration, trouble } = detail;
  return (
    <Stack gap="md" data-card={id}>
      <Group gap="xl">
        <Signed kind={entry.enabled ? 'pass' : 'check'}>{t(`status.${entry.enabled ? 'enabled' : 'disabled'}`)}</Signed>
        <Text>{t(`attestation.${entry.attestation}`, { defaultValue: entry.attestation })}</Text>
        {entry.deviceId !== null && (
          <Text>
            {t('column.deviceId')}: {entry.deviceId}
          </Text>
        )}
      </Group>
      {registration !== null && (
        <Text component="div" data-registration={registration.status}>
          <Signed kind={registrationKind(registration.status)}>
            {t(`registration.${registration.status}`, { defaultValue: registration.status })}
            {registration.assignedHub === null ? '' : ` · ${registration.assignedHub}`}
            {registration.updatedAt === null ? '' : ` · ${dateTime(registration.updatedAt)}`}
          </Signed>
        </Text>
      )}
      {trouble !== null && <ProblemCard problem={trouble as Problem} quiet />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes['record']} tabIndex={0} aria-label={t('card.record')}>
        <Code block>{JSON.stringify(JSON.parse(entry.record), null, 2)}</Code>
      </section>
    </Stack>
  );
}
