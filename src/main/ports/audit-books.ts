import type { ChainAnchor, ChainHead, ChainVerdict, Checkpoint } from '../../shared/audit.ts';
import type { Result } from '../../shared/result.ts';
import type { StoreProblem } from './book-lists.ts';

/** The newest record of the journal. */
export type JournalHead = ChainHead & { readonly at: string; readonly event: string };

/** Records as an export carries them; each checkpoint stands behind the record that it signs. */
export type AuditPage = {
  readonly records: readonly {
    readonly seq: number;
    readonly lineText: string | null; // canonical JSON of what the hash covers; null: not spelt as the station spells it
    readonly previousHash: string;
    readonly hash: string;
  }[];
  readonly checkpoints: readonly Checkpoint[];
  readonly next: number | null;
};

/** The audit chain as the books hold it. */
export interface AuditBooks {
  /** Null while nothing is recorded. */
  auditHead(): Promise<Result<JournalHead | null, StoreProblem>>;
  newestCheckpoint(): Promise<Result<Checkpoint | null, StoreProblem>>;
  /** The enrollment of the newest item that an instance is known to hold, as it was sent, or null. */
  newestDelivered(): Promise<Result<unknown, StoreProblem>>;
  auditPage(after: number, limit: number): Promise<Result<AuditPage, StoreProblem>>;
  /** Judges every record by these public keys (PEM) and outside anchors; seconds for a million records. */
  judgeChain(
    publicKeys: readonly string[] | null,
    anchors: readonly ChainAnchor[],
  ): Promise<Result<ChainVerdict, StoreProblem>>;
}
