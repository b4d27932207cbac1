import { describe, expect, it } from 'vitest';
import { routeFrom } from '../../../src/renderer/app/route.ts';
import { wayOf } from '../../../src/renderer/ui/problem-way.ts';
import { columnsFor, slotFace } from '../../../src/renderer/ui/slot-face.ts';
import type { ProblemCode } from '../../../src/shared/problem.ts';
import { problem } from '../../../src/shared/problem.ts';
import { problemCatalogue } from '../../../src/shared/problem-catalogue.ts';
import type { SlotSnapshot } from '../../../src/shared/station-snapshot.ts';
import { emptySlot } from '../../doubles/empty-slot.ts';

const devkitSteps = [
  ...(['connecting', 'finding-mac', 'entering-configuration', 'reading-version', 'setting-wifi'] as const),
  ...(['making-identity', 'intent', 'restarting'] as const),
];
const silent = { code: 'board-silent' as const, facts: {} };

describe('what a slot shows', () => {
  it.each([
    ['a free place', {}, { kind: 'idle', state: 'empty', headline: 'idle.empty' }],
    ['a board nobody scanned', { path: '/a', state: 'idle' }, { kind: 'idle', state: 'board', headline: 'idle.board' }],
    [
      'work',
      { state: 'working', step: 'setting-wifi' },
      { kind: 'work', state: 'working', headline: 'step.setting-wifi', step: 5, mayAbort: true },
    ],
    [
      'the secret on its way',
      { state: 'working', step: 'intent' },
      { state: 'working', headline: 'step.intent', step: 7, mayAbort: false },
    ],
    [
      'a request, before the step',
      { state: 'working', step: 'entering-configuration', ask: 'enter-configuration' },
      { kind: 'check', state: 'asking', headline: 'ask.enter-configuration' },
    ],
    [
      'a request that failed once',
      { state: 'working', step: 'finding-mac', ask: 'enter-ap', hint: silent },
      { state: 'asking', problem: silent },
    ],
    [
      'a pass with the board here',
      { path: '/a', state: 'done', verdict: { outcome: 'passed', problem: null } },
      { kind: 'pass', headline: 'verdict.passed', more: 'verdictMore.passed' },
    ],
    [
      'a pass whose board has gone',
      { state: 'done', verdict: { outcome: 'passed', problem: null } },
      { kind: 'pass', more: 'verdictMore.passedGone' },
    ],
    [
      'a failure with its cause',
      { state: 'done', verdict: { outcome: 'failed', problem: silent } },
      { kind: 'fail', headline: 'verdict.failed', more: null, problem: silent },
    ],
    [
      'a unit set aside, with what becomes of it',
      { state: 'done', verdict: { outcome: 'unsettled', problem: silent } },
      { kind: 'check', headline: 'verdict.unsettled', more: 'verdictMore.unsettled', problem: silent },
    ],
    [
      'a place that refused a board, before its old verdict',
      { path: '/a', state: 'idle', problem: silent, verdict: { outcome: 'passed', problem: null } },
      { kind: 'fail', state: 'refused', problem: silent },
    ],
    [
      'an interrupted job without a verdict',
      { card: silent },
      { kind: 'check', state: 'interrupted', problem: silent },
    ],
  ] as const)('%s', (_, part, expected) => {
    expect(slotFace({ ...emptySlot, ...part } as SlotSnapshot, devkitSteps)).toMatchObject(expected);
  });

  it('counts every step of the work once', () => {
    const counted = devkitSteps.map((step) => slotFace({ ...emptySlot, state: 'working', step }, devkitSteps).step);
    expect(counted).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('how places lay themselves out', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 2],
    [5, 3],
    [6, 3],
    [7, 4],
    [8, 4],
    [9, 3],
    [10, 4],
    [12, 4],
    [16, 4],
  ])('%i slots in %i columns', (slots, columns) => {
    expect(columnsFor(slots)).toBe(columns);
  });
});

describe('addresses of pages', () => {
  it.each([
    ['', 'board', ''],
    ['#/queue', 'queue', ''],
    ['#/unit/SN%2F1', 'unit', 'SN/1'],
    ['#/unit/50%', 'unit', '50%'],
    ['#/queue/recall', 'queue', 'recall'],
    ['#/nowhere', 'board', ''],
  ])('%s', (hash, page, rest) => {
    expect(routeFrom(hash)).toEqual({ page, rest });
  });
});

describe('the button of a problem', () => {
  it('leads somewhere for every problem of the catalogue', () => {
    for (const code of Object.keys(problemCatalogue) as ProblemCode[])
      expect(['settings', 'queue', 'unit', 'help']).toContain(wayOf(problem(code)).to);
  });

  it.each([
    ['secret-not-found', { name: 'dps' }, { to: 'settings' }],
    ['service-throttled', {}, { to: 'queue' }],
    ['serial-already-passed', { serial: 'SN1' }, { to: 'unit', rest: 'SN1' }],
    ['board-silent', {}, { to: 'help', rest: 'board-silent' }],
  ] as const)('%s', (code, facts, way) => {
    expect(wayOf(problem(code, facts))).toEqual(way);
  });
});
