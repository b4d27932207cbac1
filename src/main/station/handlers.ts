import { type CallName, contract } from '../../shared/contract.ts';
import { peopleContract } from '../../shared/contract-people.ts';
import type { Handlers } from '../../shared/link/serve.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import { createTrustHandlers } from './audit/trust-handlers.ts';
import { createBooksHandlers } from './books-handlers.ts';
import { createEnrollmentHandlers } from './enrollments/enrollment-handlers.ts';
import { createOrderHandlers } from './orders/order-handlers.ts';
import type { PeopleHandlers } from './people/people-handlers.ts';
import { createReturnsHandlers } from './returns/returns-handlers.ts';

const hostCallNames = [
  'settings-get',
  'settings-set',
  'secret-set',
  'vault-unlock',
  'vault-move',
  'connection-test',
  'reopen',
  'bench',
] as const satisfies readonly CallName[];
type HostCall = (typeof hostCallNames)[number] | keyof PeopleHandlers['calls'];
type HostStream = 'host' | 'bench' | 'people';
const answeredByHost: readonly string[] = [...hostCallNames, ...Object.keys(peopleContract.calls)];

/** The calls that a station in full work answers: all but those of the host. */
export const stationCallNames = (Object.keys(contract.calls) as CallName[]).filter(
  (name): name is Exclude<CallName, HostCall> => !answeredByHost.includes(name),
);

/** The part of the contract that a station cannot answer itself: what keeps it open, and what surrounds it. */
export type HostHandlers = {
  readonly calls: Pick<Handlers['calls'], HostCall>;
  readonly streams: Pick<Handlers['streams'], HostStream>;
};

/** The part of the contract that needs a station in full work. */
export type StationHandlers = {
  readonly calls: Omit<Handlers['calls'], HostCall>;
  readonly streams: Omit<Handlers['streams'], HostStream>;
};

/**
 * Answers the contract for a station that a command opened: there is no screen around it, and nothing to change.
 * `people`: who answers calls about people; without it nobody is known.
 */
export function createHandlers(handle: StationHandle, people: PeopleHandlers | null = null): Handlers {
  const station = createStationHandlers(handle);
  const host = withoutHost(handle, people);
  return { calls: { ...station.calls, ...host.calls }, streams: { ...station.streams, ...host.streams } };
}

/** Answers what a station in full work can answer. */
export function createStationHandlers(handle: StationHandle): StationHandlers {
  const books = createBooksHandlers(handle);
  const enrollments = createEnrollmentHandlers(handle);
  const orders = createOrderHandlers(handle);
  const returns = createReturnsHandlers(handle);
  return {
    calls: {
      scan: async ({ text, actor }) => {
        const scanned = await handle.scan(text, actor);
        if (!scanned.ok) return scanned;
        const { scan, serial } = scanned.value;
        return ok(scan === 'verifying' && serial !== undefined ? { verifying: serial } : {});
      },
      rework: async ({ text, actor }) => done(await handle.rework(text, actor)),
      abort: async ({ slot, actor }) => refusalOf(handle.abort(slot, actor)),
      'type-mac': async ({ slot, text, actor }) => {
        const refusal = handle.typeMac(slot, text);
        if (refusal === null) await handle.note('mac-typed', actor, { slot });
        return refusalOf(refusal);
      },
      'outbox-flush': async ({ actor }) => {
        await handle.note('queue-flushed', actor, {});
        handle.flush();
        await handle.settled();
        const counts = await handle.books.counts();
        return counts.ok ? ok({ items: counts.value.items, pause: handle.snapshot().pause }) : counts;
      },
      'outbox-retry': async ({ item, actor }) => done(await handle.retry(item, actor)),
      'outbox-list': async (query) => copied(await handle.books.listItems(query)),
      'job-list': async (query) => copied(await handle.books.listJobs(query)),
      ...books.calls,
      ...enrollments.calls,
      ...createTrustHandlers(handle.trust),
      ...orders.calls,
      ...handle.quality.calls,
      ...returns.calls,
    },
    streams: {
      station: (listener) => {
        listener(handle.snapshot());
        return handle.onChange(() => listener(handle.snapshot()));
      },
      ...books.streams,
      ...enrollments.streams,
      ...orders.streams,
      quality: handle.quality.watch,
      ...returns.streams,
    },
  };
}

/** Calls about people of a station that was opened without them. */
function nobodyKnown(refuse: () => Promise<Result<never, Problem>>): PeopleHandlers {
  const calls = Object.fromEntries(Object.keys(peopleContract.calls).map((name) => [name, refuse]));
  return {
    calls: calls as unknown as PeopleHandlers['calls'],
    streams: {
      people: (listener) => {
        listener({ open: true, atWork: null, pinAsked: null, lockedUntil: null });
        return () => {};
      },
    },
  };
}

function withoutHost(handle: StationHandle, known: PeopleHandlers | null): HostHandlers {
  const refuse = async () =>
    fail(problem('wrong-use', { reason: 'This station was opened by a command; open the window to change settings.' }));
  const people = known ?? nobodyKnown(refuse);
  return {
    calls: {
      ...people.calls,
      'settings-get': refuse,
      'settings-set': refuse,
      'secret-set': refuse,
      'vault-unlock': refuse,
      'vault-move': refuse,
      'connection-test': refuse,
      reopen: refuse,
      bench: refuse,
    },
    streams: {
      ...people.streams,
      host: (listener) => {
        const tell = (): void =>
          listener({
            state: 'open',
            problem: null,
            warnings: handle.warnings().map(({ code, facts }) => ({ code, facts: { ...facts } })),
            mode: handle.snapshot().mode,
            bench: false,
            version: '',
            dataFolder: handle.folder,
          });
        tell();
        return handle.onChange(tell);
      },
      bench: (listener) => {
        listener(null);
        return () => {};
      },
    },
  };
}

function done(result: Result<unknown, Problem>): Result<Record<string, never>, Problem> {
  return result.ok ? ok({}) : result;
}

function refusalOf(refusal: Problem | null): Result<Record<string, never>, Problem> {
  return refusal === null ? ok({}) : fail(refusal);
}

function copied<T>(
  page: Result<{ rows: readonly T[]; next: number | null }, Problem>,
): Result<{ rows: T[]; next: number | null }, Problem> {
  return page.ok ? ok({ rows: [...page.value.rows], next: page.value.next }) : page;
}
