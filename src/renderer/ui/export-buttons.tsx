import { Button, Group, Progress, Text } from '@mantine/core';
import { useWords } from '../words/words.ts';
import { ProblemCard } from './problem-card.tsx';
import { useTimeLeft } from './time-left.ts';
import { useTimes } from './times.ts';
import { type Export, type ExportSource, useExport } from './use-export.ts';

/** Saves a list as a file: one button per format, and while it is read how far it is, with a way out. */
export function ExportButtons<Row>({
  source,
  disabled,
}: {
  readonly source: ExportSource<Row>;
  readonly disabled: boolean;
}) {
  const t = useWords('list');
  const { progress, problem, start, cancel } = useExport(source);
  if (problem !== null)
    return <ProblemCard problem={problem} action={{ label: t('again'), run: () => start('csv') }} />;
  if (progress !== null) {
    return <Running progress={progress} cancel={cancel} />;
  }
  return (
    <Group gap="sm">
      {(['csv', 'ndjson'] as const).map((format) => (
        <Button key={format} variant="default" disabled={disabled} onClick={() => start(format)} data-export={format}>
          {t(`export.${format}`)}
        </Button>
      ))}
    </Group>
  );
}

function Running({
  progress,
  cancel,
}: {
  readonly progress: NonNullable<Export['progress']>;
  readonly cancel: () => void;
}) {
  const t = useWords('list');
  const { number, duration } = useTimes();
  const { done, total } = progress;
  const left = useTimeLeft(Math.max(0, total - done), Date.now());
  return (
    <Group gap="sm" role="status" data-export="running">
      <Text>
        {t('exporting', { done: number(done), total: number(total) })}
        {left === null ? '' : ` · ${t('timeLeft', { left: duration(Math.ceil(left / 1_000) * 1_000) })}`}
      </Text>
      <Progress w="8rem" size="lg" value={total === 0 ? 0 : (100 * done) / total} aria-hidden="true" />
      <Button variant="default" onClick={cancel}>
        {t('exportCancel')}
      </Button>
    </Group>
  );
}
