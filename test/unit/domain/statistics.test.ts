import { describe, expect, it } from 'vitest';
import { statisticsOf, stretchOf } from '../../../src/main/domain/statistics.ts';

const quiet = { perHour: [], units: 0, firstPass: 0, causes: [], stepTimes: [] };
const times = (step: string, ...inMs: number[]) => inMs.map((one) => ({ step, inMs: one }));

describe('statistics', () => {
  it.each([
    [1, '2026-11-20T10:20:30.000Z', '2026-11-20T10:00:00.000Z'],
    [8, '2026-11-20T10:20:30.000Z', '2026-11-20T03:00:00.000Z'],
    [24, '2026-11-20T10:00:00.000Z', '2026-11-19T11:00:00.000Z'],
  ])('%i hours until %s begin at %s', (hours, now, since) => {
    const stretch = stretchOf(hours, Date.parse(now));
    expect(stretch).toEqual({ since, until: now });
    expect(statisticsOf(stretch, quiet).perHour).toHaveLength(hours);
  });

  it('fill in the hours in which nothing ended', () => {
    const stretch = { since: '2026-11-20T08:00:00.000Z', until: '2026-11-20T10:59:00.000Z' };
    const work = { ...quiet, perHour: [{ hour: '2026-11-20T09', passed: 3, failed: 1 }] };
    expect(statisticsOf(stretch, work).perHour).toEqual([
      { hour: '2026-11-20T08:00:00.000Z', passed: 0, failed: 0 },
      { hour: '2026-11-20T09:00:00.000Z', passed: 3, failed: 1 },
      { hour: '2026-11-20T10:00:00.000Z', passed: 0, failed: 0 },
    ]);
  });

  it.each([
    { all: [7], median: 7, p95: 7 },
    { all: [10, 2], median: 6, p95: 10 },
    { all: [9, 1, 5], median: 5, p95: 9 },
    // Of twenty the 19th: 95 of 100 took at most this long.
    { all: Array.from({ length: 20 }, (_, index) => 20 - index), median: 10.5, p95: 19 },
    { all: Array.from({ length: 100 }, (_, index) => index + 1), median: 50.5, p95: 95 },
  ])('sum up $all.length times as median $median and p95 $p95', ({ all, median, p95 }) => {
    const { steps } = statisticsOf(stretchOf(1, 0), { ...quiet, stepTimes: times('intent', ...all) });
    expect(steps).toEqual([{ step: 'intent', count: all.length, medianInMs: median, p95InMs: p95 }]);
  });

  it('list steps in the order of the work', () => {
    const stepTimes = [...times('restarting', 1), ...times('connecting', 1), ...times('making-identity', 1)];
    const { steps } = statisticsOf(stretchOf(1, 0), { ...quiet, stepTimes });
    expect(steps.map((one) => one.step)).toEqual(['connecting', 'making-identity', 'restarting']);
  });
});
