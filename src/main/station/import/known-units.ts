import { ok, type Result } from '../../../shared/result.ts';
import { createFirstSeen } from '../../domain/first-seen.ts';
import type { StationStore, StoreProblem } from '../../ports/station-store.ts';
import { idHash, type Known } from './row-judge.ts';

const pageSize = 1_000;
/** Units of the books have no row; rows of a file begin with 1. */
const inTheBooks = 0;

/**
 * Hashes of what the station's books hold for one instance: every id and credential that was ever queued, and those of
 * live jobs that are not queued yet. Asking for each row of a long file would take minutes; one walk takes seconds.
 */
export async function loadKnown(
  store: Pick<StationStore, 'listItems' | 'listJobs'>,
  instance: string,
): Promise<Result<Known, StoreProblem>> {
  const known: Known = { credentials: createFirstSeen(), ids: createFirstSeen() };
  const keep = (registrationId: string, fingerprint: string): void => {
    known.ids.note(idHash(registrationId), inTheBooks);
    // A group's units are known by what they register with; those too must not come twice.
    if (/^[0-9a-f]{16}/.test(fingerprint)) known.credentials.note(fingerprint, inTheBooks);
  };
  const states = ['pending', 'parked', 'delivered', 'superseded'] as const;
  for (let after: number | null = 0; after !== null; ) {
    const page = await store.listItems({ states, after, limit: pageSize });
    if (!page.ok) return page;
    for (const item of page.value.rows) if (item.instance === instance) keep(item.registrationId, item.fingerprint);
    after = page.value.next;
  }
  for (let after: number | null = 0; after !== null; ) {
    const page = await store.listJobs({ after, limit: pageSize });
    if (!page.ok) return page;
    for (const job of page.value.rows) {
      if (job.instance !== instance || !('identity' in job.state)) continue;
      const { identity } = job.state;
      if (identity !== null) keep(identity.registrationId, identity.fingerprint);
    }
    after = page.value.next;
  }
  return ok(known);
}
