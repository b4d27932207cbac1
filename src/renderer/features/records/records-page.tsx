import { Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { recordTable } from '../../../shared/export-rows.ts';
import type { RecordRow } from '../../../shared/records.ts';
import { useCall } from '../../station/use-station.ts';
import { ExportButtons } from '../../ui/export-buttons.tsx';
import { EmptyState } from '../../ui/page-states.tsx';
import { useTimes } from '../../ui/times.ts';
import { useListPages } from '../../ui/use-list-pages.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { useWords } from '../../words/words.ts';
import { filterFrom, type Narrowing, noNarrowing } from './narrowing.ts';
import { RecordFilters } from './record-filters.tsx';
import { RecordHead, RecordLine } from './record-line.tsx';
import classes from './records-page.module.css';

const keyOf = (row: RecordRow): number => row.row;

/** Every attempt at every unit: found by what is on its label, narrowed, and taken along as a file. */
export function RecordsPage() {
  const t = useWords('records');
  const call = useCall();
  const { number } = useTimes();
  const [narrowing, setNarrowing] = useState<Narrowing>(noNarrowing);
  const [settled] = useDebouncedValue(narrowing, 200);
  const filter = filterFrom(settled);
  const name = JSON.stringify(filter);
  const list = useListPages<RecordRow>(name, {
    load: (stretch) => call('record-list', { ...stretch, filter }),
    keyOf,
  });
  const { total } = list.view;
  const narrowed = name !== '{}';
  return (
    <Stack gap="md" className={classes['page']}>
      <Group justify="space-between">
        <h1 className={classes['title']}>{t('title')}</h1>
        <ExportButtons
          disabled={(total ?? 0) === 0}
          source={{
            table: recordTable,
            name: 'dps-station-records',
            load: (before, limit) => call('record-list', { before, limit, filter }),
          }}
        />
      </Group>
      <RecordFilters value={narrowing} onChange={setNarrowing} />
      <Text role="status" className={classes['total']} data-total={total ?? undefined}>
        {total === null ? '\u00a0' : t(narrowed ? 'found' : 'all', { count: total, shown: number(total) })}
      </Text>
      <VirtualList
        list={list}
        label={t('title')}
        keyOf={keyOf}
        rowInRem={3.25}
        head={<RecordHead />}
        rowClass={classes['row']}
        row={(record) => <RecordLine record={record} />}
        empty={
          <EmptyState
            title={t(narrowed ? 'nothingFound.title' : 'empty.title')}
            text={t(narrowed ? 'nothingFound.text' : 'empty.text')}
          />
        }
      />
    </Stack>
  );
}
