import { canonicalJson } from '../../../shared/canonical-json.ts';
import type { Job, PublicIdentity } from '../../../shared/job.ts';
import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { Challenge, Observed } from '../../../shared/verification.ts';
import type { UnitRecord } from '../../domain/verify-check.ts';
import type { RecordFindings } from '../../domain/verify-checks.ts';
import { chainHash, firstHash } from '../../identity/audit-chain.ts';
import { certificateDetails } from '../../identity/certificate-details.ts';
import { deviceIdKeyOf, isSignedWith, namesItselfIssuer, publicKeyOf } from '../../identity/certificate-signer.ts';
import { signedChallenge } from '../../identity/challenge.ts';
import { macFrom } from '../../identity/registration-id.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { ChainedLine } from '../../ports/verification-books.ts';
import type { LoadedRecipe } from '../loaded-recipe.ts';

/** What the books say of a serial; without a job when they do not know it. */
export async function readUnit(
  serial: string,
  store: Pick<StationStore, 'unitHistory'>,
): Promise<Result<UnitRecord, Problem>> {
  const history = await store.unitHistory(serial);
  if (!history.ok) return history;
  const { jobs } = history.value;
  const holds = ({ state }: Job): boolean =>
    state.step === 'done' && (state.outcome === 'passed' || state.outcome === 'unsettled');
  const live = jobs.find(({ job, superseded }) => !superseded && holds(job));
  const counted = live ?? jobs[0];
  const retired = live === undefined && counted?.superseded === true && holds(counted.job);
  const identity = counted !== undefined && 'identity' in counted.job.state ? counted.job.state.identity : null;
  const job = counted?.job ?? null;
  return ok({ serial, job, item: counted?.item ?? null, identity, retired, mac: macOf(job, identity) });
}

/** Of the label, or as a sketch with a blank registration id spells it there. */
function macOf(job: Job | null, identity: PublicIdentity | null): string | null {
  const label = job?.labelMac == null ? null : macFrom(job.labelMac);
  if (label?.ok) return label.value;
  return /^az-([0-9a-f]{12})v/.exec(identity?.registrationId ?? '')?.[1] ?? null;
}

/** Number of the first line that does not fit its hash or the line before it; null: all fit. */
export function firstBrokenLine(lines: readonly ChainedLine[]): number | null {
  const broken = lines.find(({ line, previousHash, hash, hashBefore }) => {
    const expected = chainHash(previousHash, canonicalJson(line));
    return expected !== hash || previousHash !== (hashBefore ?? firstHash);
  });
  return broken?.seq ?? null;
}

/** What can be found out about a record without asking anybody outside. */
export async function findingsOf(
  record: UnitRecord,
  observed: Observed,
  parts: {
    readonly store: Pick<StationStore, 'unitJournal'>;
    readonly clock: Pick<Clock, 'now'>;
    readonly recipe: LoadedRecipe;
  },
): Promise<Result<RecordFindings, Problem>> {
  const lines = await parts.store.unitJournal(record.serial);
  if (!lines.ok) return lines;
  const { recipe } = parts.recipe;
  const board = observed.board.seen === 'found' ? observed.board.value : null;
  const told = board?.certificate ?? null;
  return ok({
    brokenLine: firstBrokenLine(lines.value),
    lines: lines.value.length,
    certificate: certificateOf(record.identity, issuerKeyOf(record, parts.recipe)),
    boardThumbprint: told === null ? null : (certificateDetails(told)?.sha256Thumbprint ?? null),
    boardSigned: boardSigned(record.identity, board?.challenge ?? null),
    firmwareVersion: record.job?.recipe === recipe.name && 'firmware' in recipe ? recipe.firmware.version : null,
    now: isoNow(parts.clock as Clock),
  });
}

/** Whether the board holds the key of the recorded certificate; null: it signed nothing. */
export function boardSigned(identity: PublicIdentity | null, challenge: Challenge | null): boolean | null {
  if (identity?.attestation !== 'x509' || challenge === null || challenge.signature === null) return null;
  const key = publicKeyOf(identity.certificatePem);
  return key !== null && signedChallenge(challenge.text, Buffer.from(challenge.signature, 'base64'), key);
}

/** Key of the CA of the recipe, where it is the recipe by which the unit was made. */
export function issuerPemOf({ job }: UnitRecord, { recipe, issuerPem }: LoadedRecipe): string | null {
  return job?.recipe === recipe.name ? issuerPem : null;
}

function issuerKeyOf(record: UnitRecord, recipe: LoadedRecipe): string | null {
  const pem = issuerPemOf(record, recipe);
  return pem === null ? null : publicKeyOf(pem);
}

function certificateOf(identity: PublicIdentity | null, issuerKey: string | null): RecordFindings['certificate'] {
  if (identity?.attestation !== 'x509') return null;
  const { certificatePem } = identity;
  const details = certificateDetails(certificatePem);
  if (details === null) return null;
  const { notBefore, notAfter, sha256Thumbprint } = details;
  const own = namesItselfIssuer(certificatePem) ? publicKeyOf(certificatePem) : issuerKey;
  const signer = deviceIdKeyOf(certificatePem) ?? own;
  const signed = signer === null ? null : isSignedWith(certificatePem, signer);
  return { notBefore, notAfter, sha256Thumbprint, signed };
}
