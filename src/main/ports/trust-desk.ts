import type { Checkpoint } from '../../shared/audit.ts';
import type { AuditState, Backup } from '../../shared/contract-trust.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
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
