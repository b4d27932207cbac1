import { Button, Select, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useEffect, useState } from 'react';
import { type VerificationRow, verdictSchema } from '../../../shared/verification.ts';
import { useCall } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { EmptyState } from '../../ui/page-states.tsx';
import { useTimes } from '../../ui/times.ts';
import { useListPages } from '../../ui/use-list-pages.ts';
import { useQualityChange } from '../../ui/use-quality-change.ts';
import { VerificationSign } from '../../ui/verification-sign.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { useWords } from '../../words/words.ts';
import classes from './quality-page.module.css';

type Narrowing = { readonly serial: string; readonly verdict: string };
const everything: Narrowing = { serial: '', verdict: '' };
const keyOf = (row: VerificationRow): number => row.row;

/** Every verification, of one lot or of all units, newest first; narrowed by verdict and serial. */
export function VerificationList(props: { readonly lot: string | null; readonly empty: ReactNode }) {
  const { lot, empty } = props;
  const t = useWords('quality');
  const call = useCall();
  const { number } = useTimes();
  const [narrowing, setNarrowing] = useState(everything);
  const [settled] = useDebouncedValue(narrowing, 200);
  const verdict = verdictSchema.safeParse(settled.verdict).data ?? null;
  const serial = settled.serial.trim() === '' ? null : settled.serial.trim();
  const list = useListPages<VerificationRow>(JSON.stringify([lot, verdict, serial]), {
    load: (stretch) => call('verification-list', { ...stretch, serial, verdict, lot }),
    keyOf,
  });
  const change = useQualityChange();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a verification that began or ended is a reason to ask again
  useEffect(() => list.pages.refresh(), [list.pages, change]);
  const { total } = list.view;
  return (
    <>
      <Filters value={narrowing} onChange={setNarrowing} />
      <Text role="status" className={classes['total']} data-total={total ?? undefined}>
        {total === null ? '\u00a0' : t('found', { count: total, shown: number(total) })}
      </Text>
      <VirtualList
        list={list}
        label={t('history')}
        keyOf={keyOf}
        rowInRem={3.25}
        head={<Head />}
        rowClass={classes['row']}
        row={(row) => <Line row={row} />}
        empty={
          verdict === null && serial === null ? (
            empty
          ) : (
            <EmptyState title={t('nothingFound.title')} text={t('nothingFound.text')} />
          )
        }
      />
    </>
  );
}

function Filters(props: { readonly value: Narrowing; onChange(value: Narrowing): void }) {
  const { value, onChange } = props;
  const t = useWords('quality');
  return (
    <search className={classes['filters']}>
      <TextInput
        label={t('filter.serial')}
        value={value.serial}
        onChange={(event) => onChange({ ...value, serial: event.currentTarget.value })}
        autoComplete="off"
        spellCheck={false}
        maxLength={128}
        data-filter="serial"
      />
      <Select
        label={t('filter.verdict')}
        data={[
          { value: '', label: t('filter.any') },
          ...verdictSchema.options.map((one) => ({ value: one, label: t(`verdict.${one}`) })),
        ]}
        value={value.verdict}
        onChange={(verdict) => onChange({ ...value, verdict: verdict ?? '' })}
        data-filter="verdict"
      />
      <Button
        variant="subtle"
        disabled={value.serial === '' && value.verdict === ''}
        onClick={() => onChange(everything)}
        data-filter="clear"
      >
        {t('filter.clear')}
      </Button>
    </search>
  );
}

const columns = ['serial', 'verdict', 'asked', 'slot', 'actor', 'started'] as const;

function Head() {
  const t = useWords('quality');
  return columns.map((name) => <span key={name}>{t(`column.${name}`)}</span>);
}

/** The whole line leads to the verification; each part bears its name for those who hear it. */
function Line({ row }: { readonly row: VerificationRow }) {
  const t = useWords('quality');
  const { shortDateTime } = useTimes();
  const named = (name: (typeof columns)[number]) => <VisuallyHidden>{t(`column.${name}`)}: </VisuallyHidden>;
  return (
    <>
      <a className={classes['link']} href={addressOf('quality', `v/${row.id}`)} data-verification-row={row.serial}>
        {row.serial}
      </a>
      <span>
        {named('verdict')}
        <VerificationSign verdict={row.verdict} />
      </span>
      <span>
        {named('asked')}
        {t(`asked.${row.ask}`)}
      </span>
      <span>
        {named('slot')}
        {row.slot ?? '–'}
      </span>
      <span className={classes['text']}>
        {named('actor')}
        {row.actor}
      </span>
      <span>
        {named('started')}
        {shortDateTime(row.startedAt)}
      </span>
    </>
  );
}
