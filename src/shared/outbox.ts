import { z } from 'zod';
import { enrollmentSchema } from './enrollment.ts';
import { problemSchema } from './job.ts';

/** Where an item is. `superseded`: a later item of the same id took its place before it was delivered. */
export const itemStateSchema = z.enum(['pending', 'delivered', 'parked', 'superseded']);
/** See {@link itemStateSchema}. */
export type ItemState = z.infer<typeof itemStateSchema>;

/**
 * One outbox row: an enrollment on its way. `create` fails if there is one, `replace` exchanges the credential of an
 * enrollment that this station made before, `group` has nothing to send: the unit comes in through an enrollment group,
 * and only its registration is watched. Times are ISO 8601 UTC.
 */
export const outboxItemSchema = z.strictObject({
  id: z.int(),
  jobId: z.string(),
  serial: z.string(),
  instance: z.string(),
  registrationId: z.string(),
  mode: z.enum(['create', 'replace', 'group']),
  enrollment: enrollmentSchema.nullable(), // null in mode `group`
  fingerprint: z.string(), // of the credential, see publicIdentitySchema
  state: itemStateSchema,
  attempts: z.int(), // calls in which it was sent
  notBefore: z.string().nullable(),
  problem: problemSchema.nullable(),
  createdAt: z.string(),
  deliveredAt: z.string().nullable(),
  provedAt: z.string().nullable(),
  /** Service time after which a registration proves this credential; null: the enrollment's own creation time decides. */
  proofAfter: z.string().nullable(),
});
/** See {@link outboxItemSchema}. */
export type OutboxItem = z.infer<typeof outboxItemSchema>;

/** An item that is not in the books yet. */
export type NewOutboxItem = Pick<
  OutboxItem,
  'jobId' | 'serial' | 'instance' | 'registrationId' | 'mode' | 'enrollment' | 'fingerprint' | 'createdAt'
>;
