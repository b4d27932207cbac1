import { describe, expect, it } from 'vitest';
import {
  type Decision,
  decideProvision,
  type JobEvent,
  mayAbort,
  type ProvisionPlan,
  startProvision,
} from '../../../src/main/domain/provision-machine.ts';
import type { JobState } from '../../../src/shared/job.ts';
import { problem } from '../../../src/shared/problem.ts';
import { doneState, enrollmentOf, identityOf } from '../../doubles/books.ts';

/* Every state x every event: what follows, and that everything else changes nothing. */

const identity = identityOf('id-1');
const enrollment = enrollmentOf('id-1', 'AAAA');
const cause = problem('board-silent');
const mac = 'c8934680ec24';
const version = '1.6.5';

const states = {
  connecting: { step: 'connecting' },
  'finding-mac': { step: 'finding-mac' },
  'entering-configuration': { step: 'entering-configuration', mac },
  'reading-version': { step: 'reading-version', mac },
  'setting-wifi': { step: 'setting-wifi', mac, version },
  'making-identity': { step: 'making-identity', mac, version },
  'checking-board': { step: 'checking-board', made: { identity, enrollment } },
  intent: { step: 'intent', identity, enrollment },
  restarting: { step: 'restarting', identity },
  passed: doneState('passed', identity),
  unsettled: { ...doneState('unsettled', identity), problem: { code: 'board-silent', facts: {} } },
  failed: doneState('failed', null),
  aborted: doneState('aborted', null),
} as const satisfies Record<string, JobState>;
type StateName = keyof typeof states;

const events = {
  connected: { event: 'connected', labelMac: mac },
  'mac-found': { event: 'mac-found', mac },
  'in-configuration': { event: 'in-configuration' },
  'version-read': { event: 'version-read', version },
  'wifi-set': { event: 'wifi-set' },
  'identity-made': { event: 'identity-made', identity, enrollment },
  'board-checked': { event: 'board-checked' },
  'secret-acknowledged': { event: 'secret-acknowledged' },
  'secret-refused': { event: 'secret-refused', problem: cause },
  'secret-unknown': { event: 'secret-unknown', problem: cause },
  restarted: { event: 'restarted' },
  failed: { event: 'failed', problem: cause },
  'abort-asked': { event: 'abort-asked', problem: cause },
  interrupted: { event: 'interrupted', problem: cause },
  registered: { event: 'registered', at: '2026-11-20T10:00:00.000Z' },
} as const satisfies Record<string, JobEvent>;
type EventName = keyof typeof events;

const labelPlan: ProvisionPlan = {
  board: 'mxchip-devkit',
  macFrom: 'label',
  setsWifi: true,
  writes: true,
  checksBoard: true,
};

/** What a decision says, short: next step (and outcome), what is queued, what is done next. */
function short(decision: Decision | null): string {
  if (decision === null) return 'nothing';
  const { state, deeds, effects } = decision;
  const step = state.step === 'done' ? `done ${state.outcome}` : state.step;
  return [step, ...deeds.map((deed) => deed.deed), ...effects.map((effect) => effect.effect)].join(', ');
}

/** Pairs that lead somewhere; every other pair changes nothing. */
const turns: Partial<Record<StateName, Partial<Record<EventName, string>>>> = {
  connecting: { connected: 'entering-configuration, enter-configuration' },
  'finding-mac': { 'mac-found': 'entering-configuration, enter-configuration' },
  'entering-configuration': { 'in-configuration': 'reading-version, read-version' },
  'reading-version': { 'version-read': 'setting-wifi, set-wifi' },
  'setting-wifi': { 'wifi-set': 'making-identity, make-identity' },
  'making-identity': { 'identity-made': 'checking-board, check-board' },
  'checking-board': { 'board-checked': 'intent, write-secret' },
  intent: {
    'secret-acknowledged': 'restarting, queue-enrollment, restart-board',
    'secret-refused': 'done failed',
    'secret-unknown': 'done unsettled, queue-enrollment',
    failed: 'done unsettled, queue-enrollment',
    interrupted: 'done unsettled, queue-enrollment',
  },
  restarting: {
    restarted: 'done passed',
    failed: 'done passed',
    interrupted: 'restarting, restart-board',
  },
  passed: { registered: 'done passed' },
  unsettled: { registered: 'done passed' },
};
for (const early of [
  'connecting',
  'finding-mac',
  'entering-configuration',
  'reading-version',
  'setting-wifi',
  'making-identity',
  'checking-board',
] as const)
  turns[early] = {
    ...turns[early],
    failed: 'done failed',
    'abort-asked': 'done aborted',
    interrupted: 'connecting, connect',
  };

const pairs = Object.keys(states).flatMap((state) =>
  Object.keys(events).map((event) => [state as StateName, event as EventName] as const),
);

describe('the provisioning machine', () => {
  it('starts by opening the line', () => {
    expect(short(startProvision())).toBe('connecting, connect');
  });

  it.each(pairs)('%s + %s', (state, event) => {
    expect(short(decideProvision(states[state], events[event], labelPlan))).toBe(turns[state]?.[event] ?? 'nothing');
  });

  it.each<[ProvisionPlan['macFrom'], string]>([
    ['label', 'entering-configuration, enter-configuration'],
    ['none', 'entering-configuration, enter-configuration'],
    ['ap-mode', 'finding-mac, find-mac'],
    ['display', 'finding-mac, find-mac'],
  ])('with the MAC from %s a connection leads to: %s', (macFrom, expected) => {
    expect(short(decideProvision(states.connecting, events.connected, { ...labelPlan, macFrom }))).toBe(expected);
  });

  it('leaves Wi-Fi alone when the recipe keeps it', () => {
    const decision = decideProvision(states['reading-version'], events['version-read'], {
      ...labelPlan,
      setsWifi: false,
    });
    expect(short(decision)).toBe('making-identity, make-identity');
    expect(decision?.effects).toEqual([{ effect: 'make-identity', mac, version }]);
  });

  it('writes without a look where the recipe asks for none', () => {
    const plan = { ...labelPlan, checksBoard: false };
    const decision = decideProvision(states['making-identity'], events['identity-made'], plan);
    expect(short(decision)).toBe('intent, write-secret');
  });

  it('may be aborted before the intent and never between intent and the end', () => {
    const allowed = Object.entries(states).filter(([, state]) => mayAbort(state));
    expect(allowed.map(([name]) => name)).toEqual([
      'connecting',
      'finding-mac',
      'entering-configuration',
      'reading-version',
      'setting-wifi',
      'making-identity',
      'checking-board',
    ]);
  });

  it('queues the enrollment of the intent itself, exactly once in any life of a job', () => {
    for (const [event, name] of [
      [events['secret-acknowledged'], 'acknowledged'],
      [events['secret-unknown'], 'unknown'],
      [events.interrupted, 'interrupted'],
    ] as const) {
      const first = decideProvision(states.intent, event, labelPlan);
      expect({ name, deeds: first?.deeds }).toEqual({
        name,
        deeds: [{ deed: 'queue-enrollment', identity, enrollment }],
      });
      for (const later of Object.values(events))
        expect(first && decideProvision(first.state, later, labelPlan)?.deeds.length).not.toBe(1);
    }
  });

  it('a registration proves a unit once and clears what was open', () => {
    const proved = decideProvision(states.unsettled, events.registered, labelPlan);
    expect(proved?.state).toMatchObject({ outcome: 'passed', problem: null, provedAt: events.registered.at, identity });
    expect(proved && decideProvision(proved.state, events.registered, labelPlan)).toBeNull();
    expect(proved?.effects).toEqual([]);
  });

  it('keeps the identity of a refused write in the record, and none of a unit that never had one', () => {
    expect(decideProvision(states.intent, events['secret-refused'], labelPlan)?.state).toMatchObject({
      outcome: 'failed',
      identity,
    });
    expect(decideProvision(states['making-identity'], events.failed, labelPlan)?.state).toMatchObject({
      identity: null,
      problem: { code: 'board-silent' },
    });
  });
});
