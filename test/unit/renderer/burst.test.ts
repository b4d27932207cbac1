import { describe, expect, it } from 'vitest';
import { type BurstOutcome, emptyBurst, endOfWait, type KeyPress, pressKey } from '../../../src/renderer/scan/burst.ts';

/** Keys as [key, milliseconds since the one before]. */
type Stream = readonly (readonly [string, number])[];

/** What a window would see: outcomes in order, and the keys that were let through. */
function run(stream: Stream, extra: Partial<KeyPress> = {}) {
  let burst = emptyBurst;
  let at = 1_000;
  let due: number | null = null;
  const outcomes: BurstOutcome[] = [];
  const passed: string[] = [];
  const expire = (now: number): void => {
    if (due === null || due > now) return;
    const decided = endOfWait(burst, due);
    burst = decided.burst;
    outcomes.push(...decided.outcomes);
    due = null;
  };
  for (const [key, gap] of stream) {
    at += gap;
    expire(at);
    const step = pressKey(burst, { key, at, repeat: false, withModifier: false, ...extra });
    burst = step.burst;
    outcomes.push(...step.outcomes);
    if (!step.consume) passed.push(key);
    due = step.waitInMs === null ? null : at + step.waitInMs;
  }
  expire(Number.POSITIVE_INFINITY);
  return { scans: texts(outcomes, 'scan'), typed: texts(outcomes, 'typed'), passed, outcomes };
}

const texts = (outcomes: readonly BurstOutcome[], kind: string): string[] =>
  outcomes.filter((one) => one.outcome === kind).map((one) => one.text);
const keys = (text: string, gap: number): Stream => [...text].map((key) => [key, gap] as const);
const enter = (gap: number): Stream => [['Enter', gap]];

const label = 'SN000042;c89346aabbcc';

describe('telling a scanner from a person', () => {
  it('takes a burst with Enter as one scan and lets nothing through', () => {
    for (const gap of [1, 8, 20, 40]) {
      const { scans, typed, passed } = run([...keys(label, gap), ...enter(gap)]);
      expect({ gap, scans, typed, passed }).toEqual({ gap, scans: [label], typed: [], passed: [] });
    }
  });

  it('takes a burst that ends with Tab, and one that ends with nothing', () => {
    expect(run([...keys(label, 5), ['Tab', 5]])).toMatchObject({ scans: [label], passed: [] });
    expect(run(keys(label, 5)).scans).toEqual([label]);
  });

  it('gives a person every letter back, in order, and Enter to the field', () => {
    const typed = run([...keys('serial 7', 130), ...enter(150)]);
    expect(typed.scans).toEqual([]);
    // The space behind letters that are decided is let through as it is.
    expect([...typed.typed, ...typed.passed].join('').replace('Enter', '')).toHaveLength('serial 7'.length);
    expect(typed.typed.join('')).toBe('serial7');
    expect(typed.passed).toEqual([' ', 'Enter']);
  });

  it('does not take two or three keys that were hit at once for a scan', () => {
    const rolled = run([
      ['t', 200],
      ['h', 20],
      ['e', 25],
      ['n', 120],
      ['Enter', 140],
    ]);
    expect(rolled.scans).toEqual([]);
    expect(rolled.typed.join('')).toBe('then');
    expect(rolled.passed).toEqual(['Enter']);
  });

  it('never takes a key that is held down for a scan', () => {
    const held = run(keys('aaaaaaaaaa', 30), { repeat: true });
    expect(held.scans).toEqual([]);
    expect(held.passed).toHaveLength(10);
  });

  it('joins a scan that stalls in the middle', () => {
    const stalled = run([
      ...keys(label.slice(0, 9), 8),
      [label[9] ?? '', 180],
      ...keys(label.slice(10), 8),
      ...enter(8),
    ]);
    expect(stalled).toMatchObject({ scans: [label], typed: [], passed: [] });
  });

  it('joins a scan that stalls after its first keys and takes those back', () => {
    const stalled = run([...keys('SN', 8), ['0', 90], ...keys(label.slice(3), 8), ...enter(8)]);
    expect(stalled.scans).toEqual([label]);
    expect(stalled.outcomes.at(-1)).toEqual({ outcome: 'scan', text: label, retract: 2 });
  });

  it('joins a scan that stalls after each of its first keys', () => {
    const [first = '', second = '', third = ''] = label;
    const stalled = run([
      [first, 90],
      [second, 90],
      [third, 90],
      [label[3] ?? '', 90],
      ...keys(label.slice(4), 8),
      ...enter(8),
    ]);
    expect(stalled.scans).toEqual([label]);
    expect(stalled.outcomes.at(-1)).toEqual({ outcome: 'scan', text: label, retract: 3 });
  });

  it('does not join what a person typed well before', () => {
    const both = run([
      ...keys('ab', 120),
      ...keys(label, 8).map(([key, gap], index) => [key, index === 0 ? 900 : gap] as const),
      ...enter(8),
    ]);
    expect(both.typed.join('')).toBe('ab');
    expect(both.scans).toEqual([label]);
  });

  it('counts a label that was read twice at once as one scan, and a later one anew', () => {
    const twice = [...keys(label, 8), ...enter(8), ...keys(label, 8), ...enter(8)];
    expect(run(twice).scans).toEqual([label]);
    expect(run([...twice, ['S', 2_000], ...keys(label.slice(1), 8), ...enter(8)]).scans).toEqual([label, label]);
  });

  it('keeps two labels apart that follow each other', () => {
    const other = 'SN000043;c89346aabbcd';
    expect(run([...keys(label, 8), ...enter(8), ...keys(other, 8), ...enter(8)]).scans).toEqual([label, other]);
  });

  it.each<[string, Stream, { scans: string[]; passed: string[] }]>([
    ['Enter', [...keys(label, 8), ['Enter', 400]], { scans: [label], passed: [] }],
    ['Tab', [...keys(label, 8), ['Tab', 1_100]], { scans: [label], passed: [] }],
    [
      'Enter, behind the Shift of a scanner',
      [...keys(label, 8), ['Shift', 300], ['Enter', 100]],
      { scans: [label], passed: ['Shift'] },
    ],
  ])('keeps a late %s of a scan from the button that has the focus', (_, stream, seen) => {
    const { scans, passed } = run(stream);
    expect({ scans, passed }).toEqual(seen);
  });

  it.each<[string, Stream, string[]]>([
    ['comes long after the scan', [...keys(label, 8), ['Enter', 1_400]], ['Enter']],
    ['is a second one', [...keys(label, 8), ['Enter', 8], ['Enter', 300]], ['Enter']],
    ['is a second late one', [...keys(label, 8), ['Enter', 400], ['Enter', 300]], ['Enter']],
    ['follows what a person typed behind the scan', [...keys(label, 8), ['x', 400], ['Enter', 200]], ['Enter']],
    [
      'follows another key of a person',
      [...keys(label, 8), ['ArrowDown', 400], ['Enter', 200]],
      ['ArrowDown', 'Enter'],
    ],
  ])('lets an Enter through that %s', (_, stream, passed) => expect(run(stream).passed).toEqual(passed));

  it('looks past the Shift that a scanner holds for capitals', () => {
    const shifted: Stream = [...label].flatMap(
      (key) =>
        [
          ['Shift', 2],
          [key, 3],
        ] as const,
    );
    expect(run([...shifted, ...enter(5)]).scans).toEqual([label]);
  });

  it('leaves shortcuts alone when nobody scans', () => {
    expect(run([['c', 200]], { withModifier: true }).passed).toEqual(['c']);
  });
});
