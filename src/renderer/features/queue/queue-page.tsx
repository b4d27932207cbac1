import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { queueTable } from '../../../shared/export-rows.ts';
import { type QueueRow, type QueueState, type QueueView, queueViewSchema } from '../../../shared/queue.ts';
import { useAction, useCall, useMirror } from '../../station/use-station.ts';
import { ExportButtons } from '../../ui/export-buttons.tsx';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useListPages } from '../../ui/use-list-pages.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { useWords } from '../../words/words.ts';
import { InstanceCard } from './instance-card.tsx';
import { QueueItem } from './queue-item.tsx';
import classes from './queue-page.module.css';
import { QueueTiles } from './queue-tiles.tsx';

const keyOf = (row: QueueRow): number => row.id;

/** Enrollments on their way: how many and where, what holds them up, and what a person is to do. `view` from the address. */
export function QueuePage({ view: asked }: { readonly view: string }) {
  const t = useWords('queue');
  const queue = useMirror('queue');
  if (queue === null) return <LoadingState text={t('loading')} />;
  const named = queueViewSchema.safeParse(asked);
  // What waits for a person is what somebody comes here for.
  const view = named.success ? named.data : queue.parked > 0 ? 'parked' : 'waiting';
  return <Queue queue={queue} view={view} />;
}

function Queue({ queue, view }: { readonly queue: QueueState; readonly view: QueueView }) {
  const t = useWords('queue');
  const flush = useAction('outbox-flush');
  const sendNow = { label: t('sendNow'), busy: flush.busy, run: () => void flush.run({}) };
  return (
    <Stack gap="md" className={classes['page']}>
      <Group justify="space-between">
        <h1 className={classes['title']}>{t('title')}</h1>
        <Button onClick={sendNow.run} loading={sendNow.busy} disabled={queue.waiting === 0} data-send-now>
          {sendNow.label}
        </Button>
      </Group>
      {flush.problem !== null && <ProblemCard problem={flush.problem} />}
      <QueueTiles queue={queue} view={view} />
      <div className={classes['instances']}>
        {queue.instances.map((instance) => (
          <InstanceCard key={instance.name} instance={instance} sendNow={sendNow} />
        ))}
        {queue.instances.length === 0 && <p className={classes['none']}>{t('instance.none')}</p>}
      </div>
      <Items view={view} />
    </Stack>
  );
}

function Items({ view }: { readonly view: QueueView }) {
  const t = useWords('queue');
  const call = useCall();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim().slice(0, 64), 200);
  const list = useListPages<QueueRow>(`${view} ${search}`, {
    load: (stretch) => call('queue-list', { ...stretch, view, search }),
    keyOf,
  });
  const total = list.view.total ?? 0;
  const mode = useMirror('station')?.mode ?? 'training';
  return (
    <section className={classes['items']} aria-label={t(`view.${view}`)}>
      <Group justify="space-between">
        <TextInput
          className={classes['search']}
          aria-label={t('search')}
          placeholder={t('search')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
        />
        <ExportButtons
          disabled={total === 0}
          source={{
            table: queueTable(mode),
            name: `dps-station-${view}`,
            load: (before, limit) => call('queue-list', { before, limit, view, search }),
          }}
        />
      </Group>
      <VirtualList
        list={list}
        label={t(`view.${view}`)}
        keyOf={keyOf}
        rowInRem={view === 'parked' || view === 'recall' ? 12 : 4.5}
        row={(item) => <QueueItem item={item} view={view} />}
        empty={
          <EmptyState
            title={search === '' ? t(`empty.${view}.title`) : t('nothingFound.title')}
            text={search === '' ? t(`empty.${view}.text`) : t('nothingFound.text', { search })}
          />
        }
      />
    </section>
  );
}
