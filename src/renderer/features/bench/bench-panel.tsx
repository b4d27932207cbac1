import { ActionIcon, Button, Group, ScrollArea, Stack, Switch, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { BenchDeed, BenchPanel } from '../../../shared/bench-panel.ts';
import type { Problem } from '../../../shared/problem.ts';
import { usePreference } from '../../station/preferences.ts';
import { useCall, useMirror } from '../../station/use-station.ts';
import { CloseIcon } from '../../ui/icons.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import classes from './bench-panel.module.css';
import { TrayBoardCard } from './tray-board-card.tsx';

/** The embedded bench beside every page: plug boards, press their buttons, scan labels, cut the network. */
export function BenchPanelView() {
  const t = useWords('bench');
  const bench = useMirror('bench');
  const [open, setOpen] = usePreference('benchPanel');
  if (bench === null) return null;
  if (open !== 'open') {
    return (
      <aside className={`${classes['closed']} no-print`} aria-label={t('title')}>
        <Button variant="default" onClick={() => setOpen('open')} className={classes['opener']}>
          {t('open')}
        </Button>
      </aside>
    );
  }
  return (
    <aside className={`${classes['panel']} no-print`} aria-label={t('title')}>
      <Group justify="space-between" wrap="nowrap" align="center">
        <Title order={2} size="h4">
          {t('title')}
        </Title>
        <ActionIcon aria-label={t('close')} onClick={() => setOpen('closed')}>
          <CloseIcon />
        </ActionIcon>
      </Group>
      <Text size="sm">{t('about')}</Text>
      <Hands bench={bench} />
    </aside>
  );
}

function Hands({ bench }: { readonly bench: BenchPanel }) {
  const t = useWords('bench');
  const call = useCall();
  const [problem, setProblem] = useState<Problem | null>(null);
  // Two hands may be quick one after the other: no deed waits for the answer to the one before.
  const act = (deed: BenchDeed): void =>
    void call('bench', { deed }).then((answer) => setProblem(answer.ok ? null : answer.problem));
  const { working } = bench;
  return (
    <>
      <Stack gap="xs">
        {working === null ? (
          <Button onClick={() => act({ deed: 'work' })} data-deed="work">
            {t('work')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => act({ deed: 'rest' })} data-deed="rest">
            {t('rest')}
          </Button>
        )}
        <Text size="sm" className={classes['working']} role="status">
          {working === null ? '' : t('working', { done: working.total - working.left, total: working.total })}
        </Text>
        <Group justify="space-between">
          <Switch
            checked={!bench.networkCut}
            onChange={(event) => act({ deed: 'network', cut: !event.currentTarget.checked })}
            label={`${t('network')}: ${t(bench.networkCut ? 'networkCut' : 'networkUp')}`}
          />
          <Button
            variant="default"
            size="compact-md"
            onClick={() => act({ deed: 'new-tray' })}
            disabled={working !== null}
          >
            {t('newTray')}
          </Button>
        </Group>
        {problem !== null && <ProblemCard problem={problem} />}
      </Stack>
      <ScrollArea
        className={classes['tray']}
        viewportProps={{ tabIndex: 0, 'aria-label': t('tray') }}
        offsetScrollbars
        type="auto"
      >
        <Stack gap="xs">
          {bench.tray.map((board) => (
            <TrayBoardCard key={board.board} board={board} onDeed={act} byItself={working !== null} />
          ))}
        </Stack>
      </ScrollArea>
    </>
  );
}
