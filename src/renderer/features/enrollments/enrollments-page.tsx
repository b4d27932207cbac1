import { Button, Group, Progress, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { EntryKind, EntryRow, MirrorState } from '../../../shared/enrollment-list.ts';
import { entryTable } from '../../../shared/export-rows.ts';
import type { Problem } from '../../../shared/problem.ts';
import { useAction, useCall, useMirror } from '../../station/use-station.ts';
import { ExportButtons } from '../../ui/export-buttons.tsx';
import { EmptyState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useNow, useTimes } from '../../ui/times.ts';
import { useListPages } from '../../ui/use-list-pages.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { useWords } from '../../words/words.ts';
import classes from './enrollments-page.module.css';
import { EntryActions } from './entry-actions.tsx';
import { EntryCard } from './entry-card.tsx';
import { EntryFilters } from './entry-filters.tsx';
import { EntryHead, EntryLine } from './entry-line.tsx';
import { type EntryNarrowing, filterFrom, noNarrowing } from './narrowing.ts';
import { useLooks } from './use-looks.ts';

// Keys of rows are positive.
const keyOf = (row: EntryRow): number => row.place + 1;

/** What a DPS instance holds: found, looked into, and changed one by one or many at once. */
export function EnrollmentsPage({ opened }: { readonly opened: string }) {
  const t = useWords('enrollments');
  const states = useMirror('mirror') ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const state = states.find(({ instance }) => instance === chosen) ?? states[0];
  if (state === undefined) return <EmptyState title={t('none.title')} text={t('none.text')} />;
  return (
    <Stack gap="md" className={classes['page']}>
      <Group justify="space-between">
        <h1 className={classes['title']}>{t('title')}</h1>
        {states.length > 1 && (
          <Select
            label={t('instance')}
            data={states.map(({ instance }) => instance)}
            value={state.instance}
            onChange={setChosen}
            allowDeselect={false}
          />
        )}
      </Group>
      <Age state={state} />
      <Entries key={state.instance} state={state} opened={opened} />
    </Stack>
  );
}

/** How old the copy is; reading it anew shows how far it is. */
function Age({ state }: { readonly state: MirrorState }) {
  const t = useWords('enrollments');
  const { ago, number } = useTimes();
  const now = useNow(10_000);
  const refresh = useAction('mirror-refresh');
  const { instance, refreshedAt, refreshing, readSoFar, individuals, groups } = state;
  const known = individuals + groups;
  const trouble = refresh.problem ?? (state.problem as Problem | null);
  const run = (): void => void refresh.run({ instance });
  return (
    <>
      <Group className={classes['age']} data-age={refreshedAt ?? 'never'}>
        <Text role="status">
          {refreshing
            ? t('reading', { done: number(readSoFar) })
            : refreshedAt === null
              ? t('neverRead')
              : t('age', { ago: ago(refreshedAt, now) })}
        </Text>
        {refreshing && known > 0 && (
          <Progress w="10rem" size="lg" value={Math.min(100, (100 * readSoFar) / known)} aria-hidden="true" />
        )}
        <Button onClick={run} loading={refreshing || refresh.busy} data-refresh>
          {t('refresh')}
        </Button>
      </Group>
      {trouble !== null && !refreshing && <ProblemCard problem={trouble} action={{ label: t('refresh'), run }} />}
    </>
  );
}

function Entries({ state, opened }: { readonly state: MirrorState; readonly opened: string }) {
  const t = useWords('enrollments');
  const call = useCall();
  const { number } = useTimes();
  const { instance } = state;
  const [kind, setKind] = useState<EntryKind>('individual');
  const [narrowing, setNarrowing] = useState<EntryNarrowing>(noNarrowing);
  const [settled] = useDebouncedValue(narrowing, 200);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [known, setKnown] = useState<number | null>(null);
  const filter = filterFrom(instance, kind, settled);
  const name = JSON.stringify([filter, state.refreshedAt]);
  const list = useListPages<EntryRow>(name, {
    // A row's key is its place, so a page continues right behind it.
    load: async ({ before, skip, limit }) => {
      const page = await call('entry-list', { filter, skip: before ?? skip, limit });
      if (page.ok) setKnown(page.value.known);
      return page;
    },
    keyOf,
  });
  const looks = useLooks(instance, kind, list.pages.refresh);
  const { total } = list.view;
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const choose = (next: EntryKind): void => {
    setKind(next);
    setSelected(new Set());
  };
  return (
    <>
      <Group justify="space-between" align="flex-end">
        <SegmentedControl
          aria-label={t('kind')}
          value={kind}
          onChange={(value) => choose(value === 'group' ? 'group' : 'individual')}
          data={(['individual', 'group'] as const).map((value) => ({
            value,
            label: t(`kinds.${value}`, { count: value === 'group' ? state.groups : state.individuals }),
          }))}
          size="md"
        />
        <ExportButtons
          disabled={(total ?? 0) === 0}
          source={{
            table: entryTable,
            name: `dps-enrollments-${instance}`,
            load: async (before, limit) => {
              const skip = before ?? 0;
              const page = await call('entry-list', { filter, skip, limit });
              if (!page.ok) return page;
              const next = skip + limit < page.value.total ? skip + limit : null;
              return { ok: true, value: { rows: page.value.rows, next, total: page.value.total } };
            },
          }}
        />
      </Group>
      <EntryFilters kind={kind} value={narrowing} onChange={setNarrowing} />
      <Text role="status" className={classes['total']} data-total={total ?? undefined}>
        {total === null ? '\u00a0' : t('found', { count: total, shown: number(total) })}
        {kind === 'individual' && total !== null && known !== null && (
          <span className={classes['aside']}> · {t('known', { known: number(known), total: number(total) })}</span>
        )}
      </Text>
      <EntryActions
        instance={instance}
        kind={kind}
        ids={[...selected]}
        onDone={() => {
          setSelected(new Set());
          list.pages.refresh();
        }}
        onClear={() => setSelected(new Set())}
      />
      <VirtualList
        list={list}
        label={t('title')}
        keyOf={keyOf}
        rowInRem={3.25}
        head={<EntryHead />}
        rowClass={classes['row']}
        row={(row) => (
          <EntryLine row={row} selected={selected.has(row.id)} onToggle={() => toggle(row.id)} onSeen={looks} />
        )}
        empty={
          <EmptyState
            title={t('nothing.title')}
            text={t(state.refreshedAt === null ? 'nothing.never' : 'nothing.text')}
          />
        }
      />
      <EntryCard instance={instance} kind={kind} id={opened} onChanged={list.pages.refresh} />
    </>
  );
}
