import { type CallInput, type CallName, contract } from '../../../shared/contract.ts';
import type { Handlers } from '../../../shared/link/serve.ts';
import type { Act } from '../../../shared/people.ts';
import { type Problem, type ProblemFacts, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { actOfCall, scanActs } from '../../domain/call-acts.ts';
import { readBadgeScan } from '../../domain/people-rules.ts';
import type { PeopleDesk } from './people-desk.ts';

/** Before whom the gate stands. */
export type GateOptions = {
  readonly people: PeopleDesk;
  /**
   * Whether somebody may prove a badge for the calls of this one link. A person at a terminal is not the one at the
   * bench: without it their deeds would go under the name of whoever is at work there.
   */
  readonly ofLink: boolean;
  /**
   * Whether who is at work at the bench is so for these calls too. The one at work in a terminal command proved a badge
   * for that command alone: other doors that come through its link prove one of their own.
   */
  readonly atBench: boolean;
  /** Writes into the journal, where a station is open. */
  readonly note: (event: string, actor: string, facts: ProblemFacts) => void;
};

/**
 * The one gate before all calls of the contract, whichever door they come through: what somebody may not do reaches no
 * handler, and the name that a call claims is replaced by the badge that is answerable. Reads pass.
 */
export function gated(handlers: Handlers, { people, ofLink, atBench, note }: GateOptions): Handlers {
  let own: string | null = null; // proved itself on this link

  const permit = (act: Act, claimed: string): Result<string, Problem> => {
    if (own !== null) return people.permitBadge(own, act);
    if (atBench) return people.permit(act, claimed);
    const known = people.isKnown();
    if (!known.ok) return known;
    return known.value ? fail(problem('badge-needed')) : ok(claimed);
  };
  const permitAny = (acts: readonly Act[], claimed: string) => firstPermitted(acts, (act) => permit(act, claimed));

  async function proveHere({ badge, pin }: CallInput<'badge-in'>): Promise<Result<Record<string, never>, Problem>> {
    const proved = await people.prove(badge, pin);
    if (!proved.ok) return proved;
    own = proved.value;
    note('badge-in', own, { at: 'link' });
    return ok({});
  }

  const call = (name: CallName) => async (input: { readonly actor?: string }) => {
    const handle = handlers.calls[name] as (input: unknown) => Promise<Result<unknown, Problem>>;
    const ofBadges = name === 'scan' ? aboutBadges(people, (input as CallInput<'scan'>).text) : null;
    if (ofBadges !== null) return ofBadges;
    const act = actOfCall(name, input as never);
    if (act === null) return handle(input);
    const claimed = input.actor ?? '';
    if (name === 'badge-in' && ofLink) {
      const proof = input as CallInput<'badge-in'>;
      if (proof.at === 'link') return proveHere(proof);
    }
    if (act === 'anyone') return handle({ ...input, actor: own ?? people.answerable(claimed) });
    const acts: readonly Act[] = typeof act === 'string' ? [act] : act;
    const allowed = permitAny(acts, claimed);
    if (allowed.ok) return handle('actor' in input ? { ...input, actor: allowed.value } : input);
    const { code } = allowed.problem;
    note('refused', own ?? people.answerable(claimed), { call: name, act: acts[0] ?? '', code });
    return fail(allowed.problem);
  };

  const calls = Object.fromEntries((Object.keys(contract.calls) as CallName[]).map((name) => [name, call(name)]));
  return { calls: calls as unknown as Handlers['calls'], streams: handlers.streams };
}

/** Any of the acts is enough; where none is permitted, the refusal speaks of the first. */
function firstPermitted(acts: readonly Act[], permit: (act: Act) => Result<string, Problem>): Result<string, Problem> {
  const answers = acts.map(permit);
  return answers.find(({ ok: permitted }) => permitted) ?? answers[0] ?? fail(problem('badge-needed'));
}

/**
 * What a scan about badges does, which never reaches those who read labels; null: it is about something else. A badge
 * that needs its PIN is no failure: the screens ask for it. `CANCEL` then says no to that question, and to nothing else.
 */
function aboutBadges(people: PeopleDesk, text: string): Promise<Result<Record<string, never>, Problem>> | null {
  const scan = readBadgeScan(text);
  if (scan?.badge === 'in') {
    const asked = people.badgeIn(scan.id, null);
    return asked.then((done) => (done.ok || done.problem.code === 'pin-needed' ? ok({}) : done));
  }
  if (scan?.badge === 'out') people.badgeOut();
  else if (/^\s*CANCEL\s*$/i.test(text) && people.state().pinAsked !== null) people.askNoMore();
  else return null;
  return Promise.resolve(ok({}));
}

/** Stands for a serial scanner, which claims no name. No badge is called so. */
const scanner = 'station';

/** Takes the scans of a serial scanner, in their order, through the same gate. */
export function permittedScans(options: {
  readonly people: PeopleDesk;
  readonly scan: (text: string, actor: string | null) => Promise<unknown>;
  readonly refuse: (cause: Problem) => void;
  readonly note: GateOptions['note'];
}): (text: string) => Promise<void> {
  const { people, scan, refuse, note } = options;
  let turn: Promise<void> = Promise.resolve();
  async function take(text: string): Promise<void> {
    const ofBadges = await aboutBadges(people, text);
    if (ofBadges !== null) return ofBadges.ok ? undefined : refuse(ofBadges.problem);
    const allowed = firstPermitted(scanActs, (act) => people.permit(act, scanner));
    if (allowed.ok) return void (await scan(text, allowed.value === scanner ? null : allowed.value));
    const { code } = allowed.problem;
    note('refused', people.answerable(scanner), { call: 'scan', act: scanActs[0], code });
    refuse(allowed.problem);
  }
  return (text) => {
    const taken = turn.then(() => take(text));
    turn = taken.catch(() => undefined);
    return taken;
  };
}
