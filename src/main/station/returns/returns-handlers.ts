import type { Handlers } from '../../../shared/link/serve.ts';
import { ok } from '../../../shared/result.ts';
import type { StationHandle } from '../../ports/station-handle.ts';

type ReturnsCall =
  | 'unit-find'
  | 'unit-at-slot'
  | 'return-open'
  | 'return-list'
  | 'return-detail'
  | 'return-cancel'
  | 'return-continue'
  | 'forecast';

/** The part of the contract about returns. */
export type ReturnsHandlers = {
  readonly calls: Pick<Handlers['calls'], ReturnsCall>;
  readonly streams: Pick<Handlers['streams'], 'returns'>;
};

/** Answers it for a station in full work. */
export function createReturnsHandlers(handle: StationHandle): ReturnsHandlers {
  const { returns, permits } = handle;
  return {
    calls: {
      'unit-find': async ({ text }) => {
        const found = await returns.find(text);
        return found.ok ? ok({ rows: [...found.value] }) : found;
      },
      'unit-at-slot': async ({ slot }) => {
        const place = handle.snapshot().slots.find((one) => one.slot === slot);
        // A slot that is empty shows the board of its last job.
        const hardwareId = place === undefined || place.path === null ? null : place.hardwareId;
        if (hardwareId === null) return ok({ hardwareId, unit: null });
        const found = await returns.find(hardwareId);
        if (!found.ok) return found;
        return ok({ hardwareId, unit: found.value.find((unit) => unit.hardwareId === hardwareId) ?? null });
      },
      'return-open': async ({ actor, countersign, ...order }) => {
        const opened = await returns.open(order, { actor, permits, countersign });
        return opened.ok ? ok({ id: opened.value.id, notice: stored(opened.value.notice) }) : opened;
      },
      'return-list': async (query) => {
        const page = await handle.books.listReturns(query);
        return page.ok ? ok({ ...page.value, rows: [...page.value.rows] }) : page;
      },
      'return-detail': async ({ id }) => {
        const found = await returns.detail(id);
        return found.ok ? ok({ ...found.value, notice: stored(found.value.notice) }) : found;
      },
      'return-cancel': async ({ id, actor }) => {
        const done = await returns.cancel(id, { actor, permits });
        return done.ok ? ok({}) : done;
      },
      'return-continue': async ({ id, leaveOut, actor }) => {
        const done = await returns.goOn(id, leaveOut, { actor, permits });
        return done.ok ? ok({}) : done;
      },
      forecast: async ({ bin, map, ...query }) => {
        const files = { bin: Buffer.from(bin, 'base64'), map: Buffer.from(map, 'base64') };
        const page = await returns.forecast({ ...files, ...query });
        return page.ok ? ok({ ...page.value, rows: [...page.value.rows] }) : page;
      },
    },
    streams: { returns: (listener) => follow(returns, listener) },
  };
}

/** Sends what is open now and after each change; changes that come while it is read share the next reading. */
function follow(
  returns: StationHandle['returns'],
  listener: (value: Awaited<ReturnType<StationHandle['returns']['state']>>) => void,
): () => void {
  let reading = false;
  let again = false;
  let over = false;
  const look = async (): Promise<void> => {
    again = true;
    if (reading) return;
    reading = true;
    while (again && !over) {
      again = false;
      const state = await returns.state();
      if (!over) listener(state);
    }
    reading = false;
  };
  const stop = returns.onChange(() => void look());
  void look();
  return () => {
    over = true;
    stop();
  };
}

function stored<T extends { readonly code: unknown; readonly facts: object }>(cause: T | null) {
  return cause === null ? null : { code: cause.code as T['code'], facts: { ...cause.facts } as T['facts'] };
}
