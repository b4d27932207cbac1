import { describe, expect, it } from 'vitest';
import { createAlarm } from '../../src/main/station/alarm.ts';
import { manualClock } from '../doubles/clock.ts';

describe('an alarm for several reasons', () => {
  it.each([
    ['a later reason does not put it off', [2_000, 300_000]],
    ['an earlier reason brings it forward', [300_000, 2_000]],
  ])('%s', (_, delays) => {
    const clock = manualClock(0);
    const rang: number[] = [];
    const alarm = createAlarm(clock, () => rang.push(clock.now()));
    for (const delay of delays) alarm.set(delay);
    clock.pass(1_999);
    expect(rang).toEqual([]);
    clock.pass(1);
    expect(rang).toEqual([2_000]);
    clock.pass(400_000);
    expect(rang).toEqual([2_000]);
  });

  it('rings again when it is set again, and not at all when cleared', () => {
    const clock = manualClock(0);
    const rang: number[] = [];
    const alarm = createAlarm(clock, () => rang.push(clock.now()));
    alarm.set(0);
    clock.pass(1);
    alarm.set(5);
    clock.pass(5);
    alarm.set(5);
    alarm.clear();
    clock.pass(50);
    expect(rang).toEqual([1, 6]);
  });
});
