import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { ChainAnchor, ChainFault, ChainHead, ChainVerdict, Checkpoint } from '../../shared/audit.ts';
import { canonicalJson } from '../../shared/canonical-json.ts';

/** Hash before the first record of a chain. */
export const firstHash = '0'.repeat(64);

/** Event of the record that tells of a checkpoint; its data are the checkpoint. */
export const checkpointEvent = 'checkpoint-signed';

/** Hash of one record: SHA-256 over the previous hash, a line feed and the canonical JSON of the line. */
export function chainHash(previousHash: string, lineText: string): string {
  return createHash('sha256').update(`${previousHash}\n${lineText}`).digest('hex');
}

/** The bytes that a checkpoint's signature covers. */
export function checkpointBytes({ seq, hash, at, station }: Omit<Checkpoint, 'key' | 'signature'>): Buffer {
  return Buffer.from(canonicalJson({ seq, hash, at, station }), 'utf8');
}

/** SHA-256 over the SubjectPublicKeyInfo of a public key in PEM, lower-case hex; null for a text that is no key. */
export function keyPrint(publicKeyPem: string): string | null {
  const key = readKey(publicKeyPem);
  return key === null
    ? null
    : createHash('sha256')
        .update(key.export({ type: 'spki', format: 'der' }))
        .digest('hex');
}

/** A record as whoever reads a book or an export hands it in; `lineText` null: not spelt as the station spells it. */
export type ChainRecord = {
  readonly seq: number;
  readonly lineText: string | null;
  readonly previousHash: string;
  readonly hash: string;
  /** What a record of {@link checkpointEvent} says, as canonical JSON; else null. */
  readonly checkpointText: string | null;
};

/** Judges a chain record by record, in the order in which they stand. */
export type ChainJudge = {
  record(record: ChainRecord): void;
  /** A checkpoint that stands behind the record it signs. */
  checkpoint(checkpoint: Checkpoint): void;
  verdict(): ChainVerdict;
};

/** Judges by these public keys (PEM; null: signatures are not looked at) and anchors; only the first fault counts. */
export function createChainJudge(publicKeys: readonly string[] | null, anchors: readonly ChainAnchor[]): ChainJudge {
  const keys = new Map(publicKeys?.map((pem) => [keyPrint(pem), readKey(pem)]));
  const anchorsAt = new Map<number, ChainAnchor[]>();
  for (const anchor of anchors) anchorsAt.set(anchor.seq, [...(anchorsAt.get(anchor.seq) ?? []), anchor]);
  /** Checkpoints whose own record has not come yet, by the record that they sign. */
  const awaited = new Map<number, string>();
  let head: ChainHead = { seq: 0, hash: firstHash };
  let records = 0;
  let checkpoints = 0;
  let newestCheckpoint: number | null = null;
  let newestAnchor: number | null = null;
  let bad: ChainVerdict['bad'] = null;

  const fault = (seq: number, kind: ChainFault, detail: string): void => {
    bad ??= { seq, fault: kind, detail };
  };

  function judgeRecord({ seq, lineText, previousHash, hash, checkpointText }: ChainRecord): void {
    const expected = head.seq + 1;
    if (seq !== expected) return fault(expected, 'order', `record ${seq} stands in its place`);
    if (lineText === null) return fault(seq, 'spelling', 'it is not written as the station writes it');
    if (previousHash !== head.hash) return fault(seq, 'link', `it does not follow record ${head.seq}`);
    if (chainHash(previousHash, lineText) !== hash) return fault(seq, 'hash', 'its content does not fit its hash');
    for (const anchor of anchorsAt.get(seq) ?? []) {
      if (!hash.startsWith(anchor.hash)) return fault(seq, 'anchor', `${anchor.from} names another hash`);
      newestAnchor = seq;
    }
    if (checkpointText !== null) judgeSaying(seq, checkpointText);
    head = { seq, hash };
  }

  function judgeSaying(seq: number, checkpointText: string): void {
    const [signed, text] = [...awaited][0] ?? [];
    if (text !== checkpointText)
      return fault(seq, 'checkpoint-missing', 'the checkpoint that it tells of is not there');
    awaited.delete(signed ?? 0);
  }

  function judgeCheckpoint(checkpoint: Checkpoint): void {
    const { seq, hash, key, signature } = checkpoint;
    if (seq > head.seq) return fault(head.seq + 1, 'tail', `a checkpoint signs record ${seq}`);
    if (seq === newestCheckpoint) return fault(seq, 'checkpoint-forged', 'it has two checkpoints');
    if (seq !== head.seq || hash !== head.hash)
      return fault(seq, 'checkpoint-forged', 'the checkpoint names another hash');
    if (publicKeys !== null) {
      const known = keys.get(key) ?? null;
      if (known === null) return fault(seq, 'checkpoint-key', 'its checkpoint is signed with another key');
      const bytes = Buffer.from(signature, 'base64');
      if (bytes.toString('base64') !== signature || !verify('sha256', checkpointBytes(checkpoint), known, bytes))
        return fault(seq, 'checkpoint-forged', 'the signature of its checkpoint is wrong');
    }
    newestCheckpoint = seq;
    awaited.set(seq, canonicalJson(checkpoint));
  }

  return {
    record: (record) => {
      records += 1;
      if (bad === null) judgeRecord(record);
    },
    checkpoint: (checkpoint) => {
      checkpoints += 1;
      if (bad === null) judgeCheckpoint(checkpoint);
    },
    verdict: () => {
      const missing = anchors.find(({ seq }) => seq > head.seq);
      if (awaited.size > 0) fault(head.seq + 1, 'tail', 'the record about the newest checkpoint is not there');
      if (missing !== undefined) fault(head.seq + 1, 'tail', `${missing.from} names record ${missing.seq}`);
      return { records, head: head.seq === 0 ? null : head, checkpoints, newestCheckpoint, newestAnchor, bad };
    },
  };
}

function readKey(publicKeyPem: string): KeyObject | null {
  try {
    return createPublicKey(publicKeyPem);
  } catch {
    return null;
  }
}
