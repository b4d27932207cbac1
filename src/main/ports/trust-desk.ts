import type { ChainAnchor, ChainHead, Checkpoint } from '../../shared/audit.ts';
import type { AuditState, Backup } from '../../shared/contract-trust.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { StoreProblem } from './book-lists.ts';
import type { StationSigner } from './station-signer.ts';

/** Copies of the books in a folder of their own. */
export interface BookBackups {
  /** Copies the books as they stand, checks the copy, and lets the oldest go. Holds up nobody. */
  make(): Promise<Result<Backup, Problem<'backup-failed'>>>;
  /** Newest first. */
  list(): readonly Backup[];
}

/** What makes records trustworthy: signed checkpoints and backups. */
export interface TrustDesk {
  readonly signer: StationSigner;
  state(): Promise<Result<AuditState, Problem>>;
  /** Signs the head of the chain now; null when nothing was recorded since the last checkpoint. */
  checkpoint(actor: string): Promise<Result<Checkpoint | null, Problem>>;
  backUp(actor: string): Promise<Result<Backup, Problem>>;
  /** Unsigned records, backups that fail. */
  troubles(): readonly Problem[];
}

/** What an export of the chain holds. */
export type AuditExport = {
  readonly records: number;
  readonly checkpoints: number;
  readonly head: ChainHead | null;
};

/** Why there is no export. */
export type AuditExportProblem = StoreProblem | Problem<'file-unwritable'>;

/** How the books were brought back. */
export type RestoreReport = {
  readonly from: string | null; // the backup; null: from the first record of the change log
  readonly setAside: string; // folder with what stood there before
  readonly head: ChainHead; // of the books as they are again, before the record that tells of it
  readonly replayed: number; // changes made again from the log
  readonly lost: string | null; // why the log gave less than it should
  readonly missing: readonly ChainAnchor[]; // known to DPS, missing here
};

/** Why the books were not brought back. */
export type RestoreProblem = Problem<'backup-missing' | 'backup-unusable'>;
