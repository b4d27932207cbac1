import { z } from 'zod';

/** Who somebody is at the station; a person may be several. */
export const roleSchema = z.enum(['operator', 'qa', 'technician', 'lead', 'engineer']);
/** See {@link roleSchema}. */
export type Role = z.infer<typeof roleSchema>;

/**
 * What somebody may do. Every call of the contract that changes something belongs to one act; which role may do which
 * act is one table of the settings.
 */
export const actSchema = z.enum([
  'provision', // scan, run, abort units of the line
  'rework', // give an unsettled unit a new secret
  'verify', // re-verify units, lots, evidence
  'return', // take in a unit and carry its return through
  'retire', // end the life of a unit's identity
  'run-order', // open, choose and close work orders
  'release', // be the second person of a release
  'queue', // send, retry
  'entries', // change what an instance holds
  'entries-for-good', // delete there
  'backups',
  'settings',
  'secrets',
  'recipes', // approve
  'people', // badges
  'bench', // hands at the embedded bench
]);
/** See {@link actSchema}. */
export type Act = z.infer<typeof actSchema>;

/** A badge that a second person holds out, with the PIN where the role has one. */
export const countersignSchema = z.strictObject({
  badge: z.string().min(1).max(64),
  pin: z.string().min(1).max(64).nullable(),
});
/** See {@link countersignSchema}. */
export type Countersign = z.infer<typeof countersignSchema>;
