import '@mantine/charts/styles.css';
import { Group, RingProgress, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Statistics } from '../../../shared/statistics.ts';
import { CauseChart } from '../../ui/charts/cause-chart.tsx';
import classes from '../../ui/charts/charts.module.css';
import { HourChart } from '../../ui/charts/hour-chart.tsx';
import { Patterns } from '../../ui/charts/patterns.tsx';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import { useWords } from '../../words/words.ts';
import own from './charts-page.module.css';
import { StepChart } from './step-chart.tsx';

const ranges = ['8', '24', '168'] as const;
/** Figures are read again at most this often while units come and go. */
const restInMs = 5_000;

/** How the work went: units per hour, first-pass yield, causes, time at each step. */
export function ChartsPage() {
  const t = useWords('charts');
  const [range, setRange] = useState<(typeof ranges)[number]>('8');
  const { value: figures, problem, again } = useAnswer('statistics', { hours: Number(range) }, restInMs);
  return (
    <Stack gap="md" className={own['page']}>
      <Group justify="space-between">
        <h1 className={own['title']}>{t('title')}</h1>
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
