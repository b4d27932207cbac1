import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { type BoardFault, boardFaultSchema } from '../../../shared/bench.ts';
import type { BenchDeed, TrayBoard } from '../../../shared/bench-panel.ts';
import { useWords } from '../../words/words.ts';
import classes from './bench-panel.module.css';

/** One pretended board: its label, its display, and what a hand can do with it now. */
export function TrayBoardCard(props: {
  readonly board: TrayBoard;
  readonly byItself: boolean;
  readonly onDeed: (deed: BenchDeed) => void;
}) {
  const { board, byItself, onDeed } = props;
  const t = useWords('bench');
  const id = board.board;
  const plugged = board.slot !== null;
  const hand = (label: string, deed: BenchDeed) => (
    <Button
      key={label}
      variant="default"
      size="compact-md"
      disabled={byItself}
      data-deed={deed.deed === 'press' ? deed.buttons : deed.deed}
      onClick={() => onDeed(deed)}
      className={classes['hand']}
    >
      {label}
    </Button>
  );
  return (
    <section
      className={classes['board']}
      data-board={id}
      data-serial={board.serial}
      data-label={board.label}
      aria-label={board.serial}
    >
      <Group justify="space-between" wrap="nowrap">
        <Text fw={700} ff="monospace">
          {board.serial}
        </Text>
        <Text size="sm">
          {plugged ? t('inSlot', { slot: board.slot }) : t('onTray')}
          {board.registeredWith !== null ? ` · ${t('registered')}` : board.secretWrites > 0 ? ` · ${t('written')}` : ''}
        </Text>
      </Group>
      {plugged && (
        <pre className={classes['display']} title={t('display')}>
          {board.display.join('\n') || ' '}
        </pre>
      )}
      <Group gap={6}>
        {!plugged && hand(t('scan'), { deed: 'scan', board: id })}
        {!plugged && hand(t('plug'), { deed: 'plug', board: id })}
        {plugged && hand(t('press.enter-configuration'), { deed: 'press', board: id, buttons: 'enter-configuration' })}
        {plugged && hand(t('press.enter-ap'), { deed: 'press', board: id, buttons: 'enter-ap' })}
        {plugged && hand(t('press.reset'), { deed: 'press', board: id, buttons: 'reset' })}
        {plugged && hand(t('unplug'), { deed: 'unplug', board: id })}
      </Group>
      <NativeSelect
        aria-label={`${t('fault')} ${board.serial}`}
        size="sm"
        disabled={byItself}
        value={board.fault}
        onChange={(event) => onDeed({ deed: 'fault', board: id, fault: event.currentTarget.value as BoardFault })}
        data={boardFaultSchema.options.map((fault) => ({
          value: fault,
          label: `${t('fault')}: ${t(`faults.${fault}`)}`,
        }))}
      />
    </section>
  );
}
