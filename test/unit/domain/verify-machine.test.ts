import { describe, expect, it } from 'vitest';
import {
  decideVerification,
  startVerification,
  type VerifyDecision,
  type VerifyPlan,
  verdictOf,
} from '../../../src/main/domain/verify-machine.ts';
import { problem } from '../../../src/shared/problem.ts';
import type { Check, VerificationEvent, VerificationState } from '../../../src/shared/verification.ts';

const stored = problem('verification-stopped');
const cause = { code: stored.code, facts: { ...stored.facts } };
const record = {
  registrationId: 'sn1',
  status: 'assigned',
  substatus: null,
  assignedHub: 'one.hub',
  deviceId: 'SN1',
  errorCode: null,
  errorMessage: null,
  createdDateTimeUtc: null,
  lastUpdatedDateTimeUtc: null,
};
const board = {
  usbSerial: 'U1',
  mac: null,
  firmwareVersion: null,
  registrationId: null,
  registeredAt: null,
  endorsementKey: null,
  certificate: null,
  challenge: null,
};
const pass: Check = { check: 'record', expected: 'passed', found: 'passed', verdict: 'pass', problem: null };
const events = {
  connected: { event: 'connected' },
  lost: { event: 'not-connected', problem: cause },
  board: { event: 'board-read', board: { seen: 'found', value: board } },
  deaf: { event: 'board-read', board: { seen: 'unknown', problem: cause } },
  entry: { event: 'entry-read', entry: { seen: 'absent' } },
  registration: { event: 'registration-read', registration: { seen: 'found', value: record } },
  none: { event: 'registration-read', registration: { seen: 'absent' } },
  silent: { event: 'registration-read', registration: { seen: 'unknown', problem: cause } },
  registered: { event: 'board-registered', board: { seen: 'found', value: board } },
  hub: { event: 'hub-read', hub: { seen: 'not-asked' } },
  judged: { event: 'judged', checks: [pass] },
  stopped: { event: 'stopped', problem: cause },
} as const satisfies Record<string, unknown>;
const eventNamed = (name: keyof typeof events): VerificationEvent => structuredClone(events[name]) as VerificationEvent;

/** Effects of a run, in order. */
function effects(plan: VerifyPlan, names: readonly (keyof typeof events)[]): readonly string[] {
  let decision: VerifyDecision | null = startVerification(plan);
  const all = [decision.effect?.effect ?? 'none'];
  for (const name of names) {
    decision = decision === null ? null : decideVerification(decision.state, eventNamed(name), plan);
    all.push(decision === null ? 'refused' : (decision.effect?.effect ?? decision.state.step));
  }
  return all;
}

const plain: VerifyPlan = { board: false, identity: true, newRegistration: false };

describe('a verification', () => {
  it.each<[string, VerifyPlan, (keyof typeof events)[], string[]]>([
    [
      'asks service and hub',
      plain,
      ['entry', 'registration', 'hub', 'judged'],
      ['read-entry', 'read-registration', 'read-hub', 'judge', 'done'],
    ],
    [
      'asks no hub without a registration',
      plain,
      ['entry', 'none', 'judged'],
      ['read-entry', 'read-registration', 'judge', 'done'],
    ],
    ['judges what the books do not know', { ...plain, identity: false }, ['judged'], ['judge', 'done']],
    [
      'reads a board first',
      { ...plain, board: true },
      ['connected', 'board', 'entry', 'none', 'judged'],
      ['connect', 'read-board', 'read-entry', 'read-registration', 'judge', 'done'],
    ],
    [
      'goes on where the board is out of reach',
      { ...plain, board: true },
      ['lost', 'entry', 'none', 'judged'],
      ['connect', 'read-entry', 'read-registration', 'judge', 'done'],
    ],
    [
      'looks at the registration before and after a new one',
      { board: true, identity: true, newRegistration: true },
      ['connected', 'board', 'entry', 'registration', 'registered', 'registration', 'hub', 'judged'],
      [
        'connect',
        'read-board',
        'read-entry',
        'read-registration',
        'restart-and-wait',
        'read-registration',
        'read-hub',
        'judge',
        'done',
      ],
    ],
    [
      'asks for no new registration while the old one is unknown',
      { board: true, identity: true, newRegistration: true },
      ['connected', 'board', 'entry', 'silent', 'judged'],
      ['connect', 'read-board', 'read-entry', 'read-registration', 'judge', 'done'],
    ],
    [
      'nor of a board that was not heard',
      { board: true, identity: true, newRegistration: true },
      ['connected', 'deaf', 'entry', 'none', 'judged'],
      ['connect', 'read-board', 'read-entry', 'read-registration', 'judge', 'done'],
    ],
  ])('%s', (_, plan, names, expected) => {
    expect(effects(plan, names)).toEqual(expected);
  });

  it('is ended in every step, cannot tell then, and takes nothing more', () => {
    const plan: VerifyPlan = { board: true, identity: true, newRegistration: true };
    const path: (keyof typeof events)[] = [
      'connected',
      'board',
      'entry',
      'registration',
      'registered',
      'registration',
      'hub',
    ];
    for (let length = 0; length <= path.length; length++) {
      let state: VerificationState = startVerification(plan).state;
      for (const name of path.slice(0, length))
        state = decideVerification(state, eventNamed(name), plan)?.state ?? state;
      const ended = decideVerification(state, eventNamed('stopped'), plan);
      expect(ended).toMatchObject({ state: { step: 'done', verdict: 'cannot-tell', reason: cause }, effect: null });
      for (const name of Object.keys(events) as (keyof typeof events)[])
        expect(ended === null ? null : decideVerification(ended.state, eventNamed(name), plan)).toBeNull();
    }
  });

  it('refuses events that belong to another step', () => {
    expect(effects(plain, ['hub'])).toEqual(['read-entry', 'refused']);
    expect(effects({ ...plain, board: true }, ['connected', 'entry'])).toEqual(['connect', 'read-board', 'refused']);
  });

  it('sums up: one failure decides, then one open question, and nothing compared tells nothing', () => {
    const all = (...verdicts: Check['verdict'][]) => verdictOf(verdicts.map((verdict) => ({ verdict })));
    expect(all('pass', 'cannot-tell', 'fail')).toBe('fail');
    expect(all('pass', 'cannot-tell')).toBe('cannot-tell');
    expect(all('pass', 'pass')).toBe('pass');
    expect(all()).toBe('cannot-tell');
  });
});
