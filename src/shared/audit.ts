import { z } from 'zod';

/** A place in the audit chain: number of a record, and its hash (SHA-256, lower-case hex). */
export const chainHeadSchema = z.strictObject({ seq: z.int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) });
/** See {@link chainHeadSchema}. */
export type ChainHead = z.infer<typeof chainHeadSchema>;

/** A head that the station signed. The signature (base64 DER) covers the canonical JSON of the first four members. */
export const checkpointSchema = z.strictObject({
  ...chainHeadSchema.shape,
  at: z.string(),
  station: z.string(),
  key: z.string(), // SHA-256 of the public key's SubjectPublicKeyInfo in DER, lower-case hex
  signature: z.string(),
});
/** See {@link checkpointSchema}. */
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** A head that was written down outside this computer; the hash may be cut short to no less than 8 digits. */
export const chainAnchorSchema = z.strictObject({
  seq: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{8,64}$/),
  from: z.string(), // where it was found
});
/** See {@link chainAnchorSchema}. */
export type ChainAnchor = z.infer<typeof chainAnchorSchema>;

/** What is wrong with the first bad record. */
export const chainFaultSchema = z.enum([
  'spelling', // it is not written as the station writes it
  'hash', // its content does not fit its hash
  'order', // another record, or none, stands where it should be
  'link', // it does not follow the record before it
  'checkpoint-forged',
  'checkpoint-key', // signed by a key that is not the station's
  'checkpoint-missing',
  'anchor', // the outside anchor names another hash
  'tail', // it was there: an anchor or a checkpoint names it or a later one
]);
/** See {@link chainFaultSchema}. */
export type ChainFault = z.infer<typeof chainFaultSchema>;

/** Verdict on a chain. Records after the newest anchor may have been dropped without a trace: nobody can judge that. */
export const chainVerdictSchema = z.strictObject({
  records: z.int(),
  head: chainHeadSchema.nullable(),
  checkpoints: z.int(),
  newestCheckpoint: z.int().nullable(), // record that the newest good checkpoint signs
  newestAnchor: z.int().nullable(), // record that the newest good anchor names
  bad: z.strictObject({ seq: z.int(), fault: chainFaultSchema, detail: z.string() }).nullable(),
});
/** See {@link chainVerdictSchema}. */
export type ChainVerdict = z.infer<typeof chainVerdictSchema>;

/** Member of an enrollment's `optionalDeviceInformation` that holds the head of the chain when its identity was made. */
export const auditHeadMember = 'auditHead';
/** Member beside it: the station whose chain that is, because several stations may work with one instance. */
export const auditStationMember = 'auditStation';

/** A head as enrollments and people carry it: `<seq>:<hash>`. */
export function anchorText({ seq, hash }: ChainHead): string {
  return `${seq}:${hash}`;
}

/** The short code of a head for paper: its first eight digits in groups of four. */
export function shortCode({ hash }: Pick<ChainHead, 'hash'>): string {
  return `${hash.slice(0, 4)}-${hash.slice(4, 8)}`;
}

/** A head from `<seq>:<hash>` or `<seq>:<short code>`; null when it is neither. */
export function anchorFrom(text: string, from: string): ChainAnchor | null {
  const match = /^([1-9][0-9]{0,14}):([0-9a-fA-F-]{8,80})$/.exec(text.trim());
  const read = chainAnchorSchema.safeParse({
    seq: Number(match?.[1]),
    hash: match?.[2]?.replaceAll('-', '').toLowerCase(),
    from,
  });
  return read.success ? read.data : null;
}

const carriedSchema = z.object({
  registrationId: z.string(),
  optionalDeviceInformation: z.object({ [auditHeadMember]: z.string(), [auditStationMember]: z.string() }),
});

/**
 * The head that an enrollment carries for this station's chain; null: it carries none, or another station's. `record`:
 * the enrollment as the service told it, or as it was sent.
 */
export function anchorOf(record: unknown, station: string): ChainAnchor | null {
  const carried = carriedSchema.safeParse(record);
  if (!carried.success) return null;
  const { registrationId, optionalDeviceInformation: information } = carried.data;
  if (information[auditStationMember] !== station) return null;
  return anchorFrom(String(information[auditHeadMember]), `the enrollment ${registrationId}`);
}
