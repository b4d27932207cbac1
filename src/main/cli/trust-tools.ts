import type { ChainAnchor, ChainVerdict } from '../../shared/audit.ts';
import type { Backup } from '../../shared/contract-trust.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { Settings } from '../../shared/settings.ts';
import type { AuditExport, RestoreReport } from '../ports/trust-desk.ts';

/** The books of a station, as a command names them. */
export type BooksPlace = { readonly dataFolder: string; readonly settings: Settings };

/** How the books were judged. */
export type AuditReport = {
  readonly verdict: ChainVerdict;
  readonly keys: number; // public keys by which signatures were judged
  readonly fromMirror: number | null; // anchors in the mirror of the instances; null: there is no mirror
};

/** What commands do about records that can be trusted. */
export type TrustTools = {
  /** Judges the books beside whoever owns them; `keyFile`: public keys from elsewhere than the station's own folder. */
  verify(
    place: BooksPlace,
    by: { readonly anchors: readonly ChainAnchor[]; readonly keyFile: string | null },
  ): Promise<Result<AuditReport | null, Problem>>;
  /** Null: nothing was recorded yet. */
  exportTo(place: BooksPlace, out: string): Promise<Result<AuditExport | null, Problem>>;
  backups(place: BooksPlace): readonly Backup[];
  restore(
    place: BooksPlace,
    how: { readonly from: string | null; readonly actor: string },
  ): Promise<Result<RestoreReport, Problem>>;
};
