import type { SentEnrollment } from '../../../shared/enrollment-group.ts';
import type { Finding, JudgeContext } from '../../../shared/enrollment-judgement.ts';
import type { RowCheck } from '../../../shared/import.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { isJsonObject, type JsonObject, refusal } from '../../domain/enrollment-rules.ts';
import { createFirstSeen, type FirstSeen } from '../../domain/first-seen.ts';
import { recordFromCells } from '../../domain/import-cells.ts';
import { certificateFrom, commonNames } from '../../identity/certificate-judge.ts';
import { fingerprintOf } from '../../identity/fingerprint.ts';
import { endorsementKeyFrom, endorsementKeyHash } from '../../identity/tpm-public.ts';
import type { ImportSource, SourceRow } from '../../ports/import-source.ts';
import { judgeEnrollment } from '../enrollment-judge.ts';

/** A row that may be sent. */
export type GoodRow = {
  readonly row: number;
  readonly record: SentEnrollment;
  readonly fingerprints: readonly string[];
};

/** A row with its verdict; `good` when it may be sent. */
export type JudgedRow = { readonly check: RowCheck; readonly good: GoodRow | null };

/** What the station's books hold already; see {@link loadKnown}. */
export type Known = { readonly credentials: FirstSeen; readonly ids: FirstSeen };

/** Hash under which an id is remembered; ids are compared without letter case. */
export function idHash(registrationId: string): string {
  return hashOf(`id\n${registrationId.toLowerCase()}`);
}

/**
 * Judges rows one after another. It remembers hashes of ids and credentials of the rows it accepted, because the service
 * takes the same key under two ids without a word (recorded traffic: 150 enrollments with one endorsement key), and two
 * ids that lead to one device id.
 */
export function createRowJudge(options: {
  readonly source: Pick<ImportSource, 'attached'>;
  readonly context: JudgeContext;
  readonly known: Known | null;
}): (row: SourceRow) => JudgedRow {
  const { source, context, known } = options;
  const ids = createFirstSeen();
  const devices = createFirstSeen();
  const credentials = createFirstSeen();

  function twins(good: GoodRow): readonly Finding[] {
    const { row, record, fingerprints } = good;
    const { registrationId, deviceId = registrationId } = record;
    const id = idHash(registrationId);
    const device = hashOf(`device\n${deviceId}`); // device ids differ in letter case alone, too
    const findings: Finding[] = [];
    const twice = (what: string, first: number | null): void => {
      if (first !== null) findings.push(refusal(problem('import-row-twice', { what, row: first })));
    };
    const before = (what: string, found: boolean | undefined): void => {
      if (found) findings.push(refusal(problem('import-known-already', { what })));
    };
    const sameId = ids.find(id);
    twice('registration id', sameId);
    if (sameId === null) twice('device id', devices.find(device));
    twice(nameOf(record), fingerprints.map((one) => credentials.find(one)).find((first) => first !== null) ?? null);
    before('registration id', known !== null && known.ids.find(id) !== null);
    before(nameOf(record), known !== null && fingerprints.some((one) => known.credentials.find(one) !== null));
    if (findings.length > 0) return findings;
    ids.note(id, row);
    devices.note(device, row);
    for (const one of fingerprints) credentials.note(one, row);
    return [];
  }

  return (row) => {
    const record = recordOf(row, source);
    const { row: number, file } = row;
    const refused = (registrationId: string | null, findings: readonly Finding[]): JudgedRow => ({
      check: { row: number, file, registrationId, verdict: 'refused', findings },
      good: null,
    });
    if (!record.ok) return refused(null, [refusal(problem('import-row-unfit', { reason: record.problem }))]);
    const { registrationId: id } = record.value;
    const registrationId = typeof id === 'string' ? id.slice(0, 128) : null;
    const judged = judgeEnrollment(record.value, context);
    if (judged.verdict === 'refused') return refused(registrationId, judged.findings);
    const good = { row: number, record: judged.record, fingerprints: judged.fingerprints };
    const twice = twins(good);
    if (twice.length > 0) return refused(registrationId, [...judged.findings, ...twice]);
    return { check: { row: number, file, registrationId, verdict: 'accepted', findings: judged.findings }, good };
  };
}

function nameOf({ attestation }: SentEnrollment): string {
  const names = { x509: 'certificate', tpm: 'endorsement key', symmetricKey: 'symmetric key' } as const;
  return names[attestation.type];
}

function hashOf(text: string): string {
  return fingerprintOf(Buffer.from(text, 'utf8'));
}

/** The record that a row is about; where it has no registration id, the one that its credential gives it. */
function recordOf({ content }: SourceRow, source: Pick<ImportSource, 'attached'>): Result<JsonObject, string> {
  switch (content.form) {
    case 'unfit':
      return fail(content.reason);
    case 'record':
      return ok(withId(content.record));
    case 'certificate':
      return ok(withId(x509Record(content.text)));
    case 'cells': {
      const cells = withFile(content.cells, source);
      if (!cells.ok) return cells;
      const record = recordFromCells(cells.value);
      return record.ok ? ok(withId(record.value)) : record;
    }
  }
}

function x509Record(certificate: string): JsonObject {
  return { attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } } };
}

/** Puts the text of the named certificate file in the place of its name. */
function withFile(cells: JsonObject, source: Pick<ImportSource, 'attached'>): Result<JsonObject, string> {
  const { certificateFile: name, ...rest } = cells;
  if (name === undefined || name === null || name === '') return ok(rest);
  if (typeof name !== 'string') return fail('certificateFile is no name of a file');
  if (rest['certificate'] !== undefined && rest['certificate'] !== '') {
    return fail('it holds both certificate and certificateFile');
  }
  const text = source.attached(name);
  return text.ok ? ok({ ...rest, certificate: text.value }) : text;
}

function withId(record: JsonObject): JsonObject {
  const { registrationId } = record;
  if (registrationId !== undefined && registrationId !== null) return record;
  const own = idOfCredential(record['attestation']);
  return own === null ? record : { ...record, registrationId: own };
}

/**
 * The registration id that a credential gives its device: the common name of its certificate (Azure documentation, X.509
 * attestation), or the hash of its endorsement key (Azure device SDKs).
 */
function idOfCredential(attestation: unknown): string | null {
  const endorsementKey = memberOf(attestation, 'tpm', 'endorsementKey');
  if (typeof endorsementKey === 'string') {
    const key = endorsementKeyFrom(endorsementKey);
    return key.ok ? endorsementKeyHash(key.value) : null;
  }
  const certificate = memberOf(attestation, 'x509', 'clientCertificates', 'primary', 'certificate');
  if (typeof certificate !== 'string') return null;
  const read = certificateFrom(certificate, 'primary');
  const names = read.ok ? commonNames(read.value.x509) : [];
  return names.length === 1 ? (names[0] ?? null) : null;
}

function memberOf(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((at, name) => (isJsonObject(at) ? at[name] : undefined), value);
}
