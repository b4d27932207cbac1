import { Checkbox, VisuallyHidden } from '@mantine/core';
import { useEffect } from 'react';
import type { EntryRow } from '../../../shared/enrollment-list.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import type { VerdictKind } from '../../ui/theme.ts';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './enrollments-page.module.css';

const columns = ['id', 'status', 'attestation', 'deviceId', 'registration', 'updated'] as const;

/** Names of the columns. */
export function EntryHead() {
  const t = useWords('enrollments');
  return [<span key="select" />, ...columns.map((name) => <span key={name}>{t(`column.${name}`)}</span>)];
}

const registrationKinds: Readonly<Record<string, VerdictKind>> = {
  assigned: 'pass',
  failed: 'fail',
  disabled: 'check',
  assigning: 'work',
  unassigned: 'idle',
};

/** The sign of a registration status. */
export function registrationKind(status: string): VerdictKind {
  return registrationKinds[status] ?? 'idle';
}

/** One entry. Its id leads to its card; each part bears its name for those who hear it. `onSeen` is told while it is seen. */
export function EntryLine(props: {
  readonly row: EntryRow;
  readonly selected: boolean;
  readonly onToggle: () => void;
  readonly onSeen: (row: EntryRow) => () => void;
}) {
  const { row, selected, onToggle, onSeen } = props;
  const t = useWords('enrollments');
  const { shortDateTime } = useTimes();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state of the same row is no new row
  useEffect(() => onSeen(row), [row.id, onSeen]);
  const named = (name: (typeof columns)[number]) => <VisuallyHidden>{t(`column.${name}`)}: </VisuallyHidden>;
  const { registration } = row;
  return (
    <>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the box bears its own name; what is around it is for fingers */}
      <label className={classes['select']}>
        <Checkbox checked={selected} onChange={onToggle} aria-label={t('select', { id: row.id })} size="md" />
      </label>
      <a className={classes['id']} href={addressOf('enrollments', row.id)} data-entry={row.id}>
        {row.id}
      </a>
      <span>
        {named('status')}
        <Signed kind={row.enabled ? 'pass' : 'check'}>{t(`status.${row.enabled ? 'enabled' : 'disabled'}`)}</Signed>
      </span>
      <span>
        {named('attestation')}
        {t(`attestation.${row.attestation}`, { defaultValue: row.attestation })}
      </span>
      <span className={classes['text']}>
        {named('deviceId')}
        {row.deviceId ?? '–'}
      </span>
      <span className={classes['text']} data-registration={registration?.status ?? 'unknown'}>
        {named('registration')}
        {row.kind === 'group' ? (
          '–'
        ) : registration === null ? (
          t('registration.unknown')
        ) : (
          <Signed kind={registrationKind(registration.status)}>
            {t(`registration.${registration.status}`, { defaultValue: registration.status })}
            {/* The domain is the same for all hubs; the card says it. */}
            {registration.assignedHub === null ? '' : ` · ${registration.assignedHub.split('.')[0]}`}
          </Signed>
        )}
      </span>
      <span>
        {named('updated')}
        {row.updatedAt === null ? '–' : shortDateTime(row.updatedAt)}
      </span>
    </>
  );
}
