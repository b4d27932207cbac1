import { setImmediate as turn } from 'node:timers/promises';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import { ok } from '../../src/shared/result.ts';
import type { Trap } from './trap.ts';

/** What left a station or came back to it, in the order in which it happened. */
export type Recorded =
  | { readonly what: 'committed'; readonly writes: readonly StoreWrite[] }
  | { readonly what: 'written'; readonly path: string; readonly command: string } // first word only: the rest may be secret
  | { readonly what: 'called'; readonly registrationIds: readonly string[] };

const turnsOfAnswer = 20;

/**
 * Writes down every commit when its answer arrives, every line write and every call before it begins. Answers of the
 * store are held back some turns of the event loop, so that an effect which did not wait for one would come first.
 */
export function createRecorder(): Pick<Trap, 'store' | 'opener' | 'registry'> & { readonly events: Recorded[] } {
  const events: Recorded[] = [];
  const called = (registrationIds: readonly string[]): void => void events.push({ what: 'called', registrationIds });
  return {
    events,
    store: (store) => ({
      ...store,
      commit: async (change) => {
        const committed = await store.commit(change);
        for (let turns = 0; turns < turnsOfAnswer; turns++) await turn();
        if (committed.ok) events.push({ what: 'committed', writes: change.writes });
        return committed;
      },
    }),
    opener: (opener) => ({
      open: async (path, options) => {
        const opened = await opener.open(path, options);
        if (!opened.ok) return opened;
        const line = opened.value;
        const write: typeof line.write = (bytes) => {
          const command = Buffer.from(bytes).toString('latin1').trim().split(' ')[0] ?? '';
          events.push({ what: 'written', path, command });
          return line.write(bytes);
        };
        return ok({ ...line, write });
      },
    }),
    registry: (registry) => ({
      ...registry,
      createMany: (enrollments) => {
        called(enrollments.map((one) => one.registrationId));
        return registry.createMany(enrollments);
      },
      update: (enrollment, etag) => {
        called([enrollment.registrationId]);
        return registry.update(enrollment, etag);
      },
    }),
  };
}
