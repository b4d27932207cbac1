import { describe, expect, it } from 'vitest';
import {
  decideReturn,
  type ReturnEvent,
  type ReturnPlan,
  returnEffectOf,
  startReturn,
} from '../../../src/main/domain/return-machine.ts';
import type { ReturnDeed, ReturnOptions, ReturnState } from '../../../src/shared/returns.ts';

/*
 * The machine of a return. The order of the steps is that of the feature's description: disable the old entry; delete the
 * registration record when asked; board; deliver; proved; promote. Every state is tried with every event.
 */

const nothing: ReturnOptions = { deleteRegistration: false, removeHubIdentity: false, oldEntry: 'disable', to: null };
const planOf = (deed: ReturnDeed, change: Partial<ReturnPlan> = {}): ReturnPlan => ({
  deed,
  options: nothing,
  overlap: false,
  subject: { enabled: true, found: 'enabled', group: null },
  ...change,
});
const all = { ...nothing, deleteRegistration: true, removeHubIdentity: true };

/** Walks through a return: each event in turn; what it was in between. */
function walk(plan: ReturnPlan, events: readonly ReturnEvent[]): string[] {
  let state = startReturn(plan);
  const steps: string[] = [state.step];
  for (const event of events) {
    const next = decideReturn(plan, state, event);
    if (next === null) throw new Error(`${event.event} changes nothing in ${state.step}`);
    state = next;
    steps.push(state.step === 'done' ? state.outcome : state.step);
  }
  return steps;
}

const held = { event: 'step-held' } as const;
const written = { event: 'identity-written', jobId: 'new' } as const;
const delivered = { event: 'delivered' } as const;
const proved = (sameEntry: boolean): ReturnEvent => ({ event: 'proved', sameEntry });

describe('the safe order', () => {
  it.each<[string, ReturnPlan, readonly ReturnEvent[], readonly string[]]>([
    [
      'a new identity',
      planOf('new-identity'),
      [held, written, delivered, proved(true)],
      ['disabling', 'awaiting-board', 'delivering', 'proving', 'finished'],
    ],
    [
      'a new identity, hub and record cleared',
      planOf('new-identity', { options: all }),
      [held, held, held, written, delivered, proved(true)],
      ['disabling', 'clearing-hub', 'clearing-record', 'awaiting-board', 'delivering', 'proving', 'finished'],
    ],
    [
      'a new identity beside the old one: nothing is disabled, the new one is promoted when proved',
      planOf('new-identity', { overlap: true }),
      [written, delivered, proved(true), held],
      ['awaiting-board', 'delivering', 'proving', 'promoting', 'finished'],
    ],
    [
      'a new board: the old entry is put away when the new one is proved',
      planOf('new-board'),
      [held, written, delivered, proved(false), held],
      ['disabling', 'awaiting-board', 'delivering', 'proving', 'removing', 'finished'],
    ],
    [
      'a move',
      planOf('move', { options: { ...nothing, to: 'west' } }),
      [held, written, delivered, proved(false), held],
      ['disabling', 'awaiting-board', 'delivering', 'proving', 'removing', 'finished'],
    ],
    [
      'the same identity again',
      planOf('register-again'),
      [{ event: 'noted', since: null }, held, { event: 'registered' }],
      ['noting', 'enabling', 'awaiting-registration', 'finished'],
    ],
    [
      'a retirement',
      planOf('retire', { options: all }),
      [held, held, held, held],
      ['disabling', 'clearing-hub', 'clearing-record', 'removing', 'finished'],
    ],
    [
      'a rework of a write that did not settle, and one that the board refused',
      planOf('new-identity'),
      [held, written, { ...written, jobId: 'third' }, { event: 'identity-lost' }, written, delivered, proved(true)],
      [
        ...['disabling', 'awaiting-board', 'delivering', 'delivering', 'awaiting-board', 'delivering'],
        ...['proving', 'finished'],
      ],
    ],
  ])('%s', (_name, plan, events, steps) => {
    expect(walk(plan, events)).toEqual(steps);
  });

  it('remembers when the device last registered, but for a record that it deleted', () => {
    const again = planOf('register-again', { options: { ...nothing, removeHubIdentity: true } });
    const noted = decideReturn(again, { step: 'noting' }, { event: 'noted', since: 'T1' });
    expect(noted).toEqual({ step: 'clearing-hub', since: 'T1' });
    expect(decideReturn(again, noted as ReturnState, held)).toEqual({ step: 'enabling', since: 'T1' });
    const cleared: ReturnState = { step: 'clearing-record', since: 'T1' };
    expect(decideReturn(again, cleared, held)).toEqual({ step: 'enabling', since: null });
  });
});

const jobId = 'new';
const states: readonly ReturnState[] = [
  { step: 'noting' },
  { step: 'disabling' },
  { step: 'clearing-hub', since: null },
  { step: 'clearing-record', since: null },
  { step: 'enabling', since: null },
  { step: 'awaiting-registration', since: null },
  { step: 'awaiting-board' },
  { step: 'delivering', jobId },
  { step: 'proving', jobId },
  { step: 'promoting', jobId },
  { step: 'removing', jobId },
  { step: 'restoring' },
  { step: 'done', outcome: 'finished', jobId },
];
const events: readonly ReturnEvent[] = [
  { event: 'noted', since: null },
  { event: 'entry-seen', found: 'enabled' },
  held,
  { event: 'registered' },
  { event: 'identity-written', jobId: 'other' },
  { event: 'identity-lost' },
  delivered,
  proved(true),
  { event: 'cancel-asked' },
  { event: 'left-out' },
];

/** Where each event leads from each state, for a new identity without anything cleared; '-': it changes nothing. */
const table = `
                      noted          entry-seen step-held             registered identity-written identity-lost  delivered proved   cancel-asked left-out
noting                awaiting-board -          -                     -          -                -              -         -        cancelled    -
disabling             -              disabling  awaiting-board        -          -                -              -         -        restoring    -
clearing-hub          -              -          awaiting-board        -          -                -              -         -        -            awaiting-board
clearing-record       -              -          awaiting-board        -          -                -              -         -        -            awaiting-board
enabling              -              -          awaiting-registration -          -                -              -         -        cancelled    -
awaiting-registration -              -          -                     finished   -                -              -         -        cancelled    unproved
awaiting-board        -              -          -                     -          delivering       -              -         -        restoring    unproved
delivering            -              -          -                     -          delivering       awaiting-board proving   finished -            unproved
proving               -              -          -                     -          delivering       awaiting-board -         finished -            unproved
promoting             -              -          finished              -          -                -              -         -        -            -
removing              -              -          finished              -          -                -              -         -        -            -
restoring             -              -          cancelled             -          -                -              -         -        -            -
done                  -              -          -                     -          -                -              -         -        -            -
`;

describe('every state with every event', () => {
  const [head = [], ...lines] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  expect(head).toEqual(events.map(({ event }) => event));
  expect(lines.map(([step]) => step)).toEqual(states.map(({ step }) => step));
  const cells = lines.flatMap((line, row) =>
    line.slice(1).map((wanted, column) => ({ wanted, state: states[row], event: events[column] })),
  );
  it.each(cells)('$state.step: $event.event -> $wanted', ({ state, event, wanted }) => {
    if (state === undefined || event === undefined) throw new Error('the table is too large');
    const next = decideReturn(planOf('new-identity'), state, event);
    expect(next === null ? '-' : next.step === 'done' ? next.outcome : next.step).toBe(wanted);
  });

  it('has something to do at the service in all states but those of boards, courier and the end', () => {
    const without = states
      .filter((state) => returnEffectOf({ state, subject: { found: 'enabled' } }) === null)
      .map(({ step }) => step);
    expect(without).toEqual(['awaiting-board', 'delivering', 'proving', 'done']);
  });
});

describe('a cancellation', () => {
  it.each(['awaiting-board', 'enabling', 'awaiting-registration', 'clearing-hub'] as const)(
    'is refused in %s when hub or record were to be cleared: that cannot be taken back',
    (step) => {
      const state = states.find((one) => one.step === step) as ReturnState;
      for (const options of [
        { ...nothing, deleteRegistration: true },
        { ...nothing, removeHubIdentity: true },
      ]) {
        expect(decideReturn(planOf('new-identity', { options }), state, { event: 'cancel-asked' })).toBeNull();
      }
    },
  );

  const asked = { event: 'cancel-asked' } as const;
  const subject = { enabled: true, found: 'enabled', group: null } as const;

  it.each([
    ['an entry that let the unit in is enabled again', subject, 'restoring'],
    ['one that somebody had disabled before stays so', { ...subject, found: 'disabled' }, 'cancelled'],
    ['so does one that was not there', { ...subject, found: 'none' }, 'cancelled'],
    ['a unit of a group comes in again', { ...subject, group: 'g', found: 'none' }, 'restoring'],
    ['but one that was kept out of it before', { ...subject, group: 'g', found: 'disabled' }, 'cancelled'],
    ['of before entries were looked at: as the station had enrolled it', { ...subject, found: null }, 'restoring'],
    ['or had not', { ...subject, found: null, enabled: false }, 'cancelled'],
  ] as const)('%s', (_, of, wanted) => {
    const next = decideReturn(planOf('new-board', { subject: of }), { step: 'awaiting-board' }, asked);
    expect(next?.step === 'done' ? next.outcome : next?.step).toBe(wanted);
  });

  it('changes nothing as long as nothing was changed: not looked at yet, or beside the old one', () => {
    const fresh = planOf('new-board', { subject: { ...subject, found: null } });
    expect(decideReturn(fresh, { step: 'disabling' }, asked)).toMatchObject({ outcome: 'cancelled' });
    const beside = planOf('new-identity', { overlap: true });
    expect(decideReturn(beside, { step: 'awaiting-board' }, asked)).toMatchObject({ outcome: 'cancelled' });
  });

  it('knows what to restore because the entry is looked at before it is disabled', () => {
    const state = { step: 'disabling' } as const;
    expect(returnEffectOf({ state, subject: { found: null } })).toBe('look-at-entry');
    for (const found of ['enabled', 'disabled', 'none'] as const)
      expect(returnEffectOf({ state, subject: { found } })).toBe('disable');
  });
});
