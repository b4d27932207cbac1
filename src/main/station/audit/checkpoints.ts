import type { Checkpoint } from '../../../shared/audit.ts';
import type { Origin } from '../../../shared/job.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { checkpointBytes, checkpointEvent, keyPrint } from '../../identity/audit-chain.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { StationSigner } from '../../ports/station-signer.ts';
import type { StationStore } from '../../ports/station-store.ts';

/** So many records at most are unsigned while the station can sign. */
export const recordsPerCheckpoint = 200;

/** Signs the head of the chain from time to time. Nothing waits for it: what cannot be signed now is signed later. */
export type Checkpoints = {
  /** Tells that so many records were committed; whether it is time to sign. */
  added(records: number): boolean;
  /** Signs the head now; null when nothing was recorded since the last checkpoint. */
  mark(actor?: string): Promise<Result<Checkpoint | null, Problem>>;
  /** Why the newest records are unsigned, or null. */
  trouble(): Problem<'checkpoint-waits'> | null;
};

/** Makes checkpoints in these books. */
export function createCheckpoints(options: {
  readonly store: Pick<StationStore, 'auditHead' | 'commit'>;
  readonly signer: StationSigner;
  readonly clock: Clock;
  readonly origin: Origin;
  readonly onChange: () => void;
}): Checkpoints {
  const { store, signer, clock, origin } = options;
  let unsigned = 0;
  let trouble: Problem<'checkpoint-waits'> | null = null;
  /** One at a time: two could sign the same head. */
  let queue: Promise<unknown> = Promise.resolve();

  async function sign(actor: string): Promise<Result<Checkpoint | null, Problem>> {
    const head = await store.auditHead();
    if (!head.ok) return head;
    if (head.value === null || head.value.event === checkpointEvent) return ok(null);
    const { seq, hash } = head.value;
    const signed = { seq, hash, at: isoNow(clock), station: origin.station };
    const publicKey = await signer.publicKeyPem();
    if (!publicKey.ok) return publicKey;
    const signature = await signer.sign(checkpointBytes(signed));
    if (!signature.ok) return signature;
    const key = keyPrint(publicKey.value);
    if (key === null) return fail(problem('bug', { reason: 'the signer has no public key' }));
    const checkpoint = { ...signed, key, signature: signature.value.toString('base64') };
    const writes = [{ write: 'checkpoint-signed', checkpoint }] as const;
    const committed = await store.commit({ origin: { ...origin, actor }, at: signed.at, writes });
    return committed.ok ? ok(checkpoint) : committed;
  }

  function mark(actor = origin.actor): Promise<Result<Checkpoint | null, Problem>> {
    const run = queue.then(async () => {
      const before = unsigned;
      unsigned = 0;
      const marked = await sign(actor);
      if (!marked.ok) unsigned += before;
      const waits = marked.ok ? null : problem('checkpoint-waits', { records: unsigned, cause: marked.problem.code });
      if ((waits === null) !== (trouble === null)) queueMicrotask(options.onChange);
      trouble = waits;
      return marked;
    });
    queue = run;
    return run;
  }

  return {
    added: (records) => {
      unsigned += records;
      // After a refusal the vault is asked again every so many records, not with each.
      return unsigned % recordsPerCheckpoint < records && unsigned >= recordsPerCheckpoint;
    },
    mark,
    trouble: () => trouble,
  };
}

/** The same books; every commit is counted towards the next checkpoint. */
export function countedStore(store: StationStore, added: (records: number) => void): StationStore {
  return {
    ...store,
    commit: async (change) => {
      const committed = await store.commit(change);
      if (committed.ok) added(change.writes.length);
      return committed;
    },
  };
}
