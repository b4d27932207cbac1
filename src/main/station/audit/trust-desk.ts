import { anchorOf } from '../../../shared/audit.ts';
import type { Backup } from '../../../shared/contract-trust.ts';
import type { Origin } from '../../../shared/job.ts';
import type { Problem, ProblemFacts } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { StationSigner } from '../../ports/station-signer.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { BookBackups, TrustDesk } from '../../ports/trust-desk.ts';
import type { Checkpoints } from './checkpoints.ts';

/** A backup that is older than this is followed by another. */
const backupEveryMs = 24 * 60 * 60 * 1_000;

/** Checkpoints and backups of a station at work. */
export type StationTrust = {
  readonly desk: TrustDesk;
  /** Tells that so many records were committed. */
  added(records: number): void;
  /** Signs and backs up what is due; nothing waits for it. */
  begin(): void;
  /** Resolves after a last checkpoint, when nothing is under way any more. */
  end(): Promise<void>;
};

/** Keeps the books of a station trustworthy. */
export function createStationTrust(options: {
  readonly store: StationStore;
  readonly signer: StationSigner;
  readonly checkpoints: Checkpoints;
  readonly backups: BookBackups;
  readonly clock: Clock;
  readonly origin: Origin;
  /** What was found when the books were opened. */
  readonly prepared: { readonly replayed: number; readonly logBehind: boolean };
  readonly onChange: () => void;
}): StationTrust {
  const { store, signer, checkpoints, backups, clock, origin, prepared } = options;
  let backupDue = prepared.logBehind;
  let failed: Problem | null = null;
  let underWay: Promise<unknown> | null = null;
  let ending = false;
  let told = false;

  async function backUp(actor: string): Promise<Result<Backup, Problem>> {
    const made = await backups.make();
    const changed = (failed === null) !== made.ok;
    failed = made.ok ? null : made.problem;
    if (changed) options.onChange();
    if (!made.ok) return made;
    backupDue = false;
    const { file, seq, bytes } = made.value;
    const noted = await note('backed-up', actor, { file, seq, bytes });
    return noted.ok ? made : noted;
  }

  function note(event: string, actor: string, facts: ProblemFacts) {
    const writes = [{ write: 'noted', event, serial: null, facts }] as const;
    return store.commit({ origin: { ...origin, actor }, at: isoNow(clock), writes });
  }

  /** Where something new was recorded and the last backup is a day old. */
  async function backUpIfDue(): Promise<void> {
    const newest = backups.list()[0];
    if (!backupDue && newest !== undefined && clock.now() - Date.parse(newest.at) < backupEveryMs) return;
    const head = await store.auditHead();
    if (!head.ok || head.value === null || head.value.seq === newest?.seq) return;
    await backUp(origin.actor);
  }

  function inBackground(task: () => Promise<unknown>): void {
    if (underWay !== null || ending) return;
    underWay = task().finally(() => {
      underWay = null;
    });
  }

  const careFor = async (): Promise<void> => {
    if (prepared.replayed > 0 && !told) await note('changes-replayed', origin.actor, { changes: prepared.replayed });
    told = true;
    await checkpoints.mark();
    await backUpIfDue();
  };

  return {
    desk: {
      signer,
      state: async () => {
        const [head, newest, delivered] = [
          await store.auditHead(),
          await store.newestCheckpoint(),
          await store.newestDelivered(),
        ];
        if (!head.ok) return head;
        if (!newest.ok) return newest;
        if (!delivered.ok) return delivered;
        const anchor = anchorOf(delivered.value, origin.station);
        return ok({
          head: head.value === null ? null : { seq: head.value.seq, hash: head.value.hash, at: head.value.at },
          newestCheckpoint: newest.value === null ? null : { seq: newest.value.seq, at: newest.value.at },
          newestAnchor: anchor === null ? null : { seq: anchor.seq, hash: anchor.hash },
          backups: [...backups.list()],
        });
      },
      checkpoint: (actor) => checkpoints.mark(actor),
      backUp,
      troubles: () => [checkpoints.trouble(), failed].filter((one) => one !== null),
    },
    added: (records) => {
      if (checkpoints.added(records)) inBackground(careFor);
    },
    begin: () => inBackground(careFor),
    end: async () => {
      ending = true;
      await underWay;
      await checkpoints.mark();
    },
  };
}
