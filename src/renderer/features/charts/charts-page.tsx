import '@mantine/charts/styles.css';
import { Group, RingProgress, SegmentedControl, Stack, Text } from '@mantine/core';
import { useThrottledValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import type { Statistics } from '../../../shared/statistics.ts';
import { useCall, useMirror } from '../../station/use-station.ts';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import { CauseChart } from './cause-chart.tsx';
import classes from './charts-page.module.css';
import { HourChart } from './hour-chart.tsx';
import { Patterns } from './patterns.tsx';
import { StepChart } from './step-chart.tsx';

const ranges = ['8', '24', '168'] as const;
/** Figures are read again at most this often while units come and go. */
const restInMs = 5_000;

/** How the work went: units per hour, first-pass yield, causes, time at each step. */
export function ChartsPage() {
  const t = useWords('charts');
  const [range, setRange] = useState<(typeof ranges)[number]>('8');
  const { figures, problem, again } = useFigures(Number(range));
  return (
    <Stack gap="md" className={classes['page']}>
      <Group justify="space-between">
        <h1 className={classes['title']}>{t('title')}</h1>
        <SegmentedControl
          aria-label={t('range')}
          value={range}
          onChange={(value) => setRange(value as typeof range)}
          data={ranges.map((hours) => ({ value: hours, label: t(`hours.${hours}`) }))}
        />
      </Group>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {figures === null ? problem === null && <LoadingState text={t('loading')} /> : <Figures figures={figures} />}
    </Stack>
  );
}

function Figures({ figures }: { readonly figures: Statistics }) {
  const t = useWords('charts');
  if (figures.units === 0) return <EmptyState title={t('empty.title')} text={t('empty.text')} />;
  return (
    <div className={classes['charts']}>
      <Patterns />
      <HourChart perHour={figures.perHour} />
      <FirstPass units={figures.units} firstPass={figures.firstPass} />
      <CauseChart causes={figures.causes} />
      <StepChart steps={figures.steps} />
    </div>
  );
}

function FirstPass({ units, firstPass }: { readonly units: number; readonly firstPass: number }) {
  const t = useWords('charts');
  const { number, percent } = useTimes();
  const said = t('firstPass.text', { firstPass: number(firstPass), count: units, units: number(units) });
  return (
    <section className={classes['chart']} aria-label={t('firstPass.title')} data-chart="first-pass">
      <h2 className={classes['heading']}>{t('firstPass.title')}</h2>
      <Group justify="center" gap="xl">
        <RingProgress
          size={180}
          thickness={20}
          aria-hidden="true"
          sections={[{ value: (100 * firstPass) / units, color: 'var(--chart-pass)' }]}
          label={
            <Text ta="center" fw={800} size="1.6rem">
              {percent(firstPass / units)}
            </Text>
          }
        />
        <Text size="lg" maw="18rem" data-first-pass={firstPass} data-units={units}>
          {said}
        </Text>
      </Group>
    </section>
  );
}

function useFigures(hours: number) {
  const call = useCall();
  const connection = useMirror('connection');
  const revision = useThrottledValue(useMirror('queue')?.revision, restInMs);
  const [found, setFound] = useState<{ readonly hours: number; readonly figures: Statistics } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision and tries are reasons to ask again
  useEffect(() => {
    if (connection !== 'connected') return;
    let wanted = true;
    void call('statistics', { hours }).then((answer) => {
      if (!wanted) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setFound({ hours, figures: answer.value });
    });
    return () => {
      wanted = false;
    };
  }, [call, hours, revision, connection, tries]);
  // The figures of another range stay until those of this one are here: nothing jumps.
  return { figures: found?.figures ?? null, problem, again: () => setTries((before) => before + 1) };
}
