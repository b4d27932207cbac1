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
  'see-people', // which badges there are and what they may do; names belong to `people`
  'bench', // hands at the embedded bench
]);
/** See {@link actSchema}. */
export type Act = z.infer<typeof actSchema>;

/** Which role may do which act: settings of the station. */
export const roleTableSchema = z
  .strictObject({
    operator: z.array(actSchema),
    qa: z.array(actSchema),
    technician: z.array(actSchema),
    lead: z.array(actSchema),
    engineer: z.array(actSchema),
  })
  .refine(({ engineer }) => engineer.includes('people') && engineer.includes('settings'), {
    path: ['engineer'],
    error: 'engineers keep "people" and "settings": without them nobody could change this table again',
  });
/** See {@link roleTableSchema}. */
export type RoleTable = z.infer<typeof roleTableSchema>;

/** The table that a station starts with. */
export const shippedRoles: RoleTable = {
  operator: ['provision', 'bench'],
  qa: ['verify', 'release', 'bench'],
  technician: ['verify', 'return', 'rework', 'queue', 'bench'],
  lead: [
    ...(['provision', 'rework', 'verify', 'return', 'retire', 'run-order', 'release'] as const),
    ...(['queue', 'entries', 'backups', 'see-people', 'bench'] as const),
  ],
  engineer: [...actSchema.options],
};

/** Roles whose badges always have a PIN: what they may do reaches beyond the unit on the bench. */
export const rolesWithPin: readonly Role[] = ['lead', 'engineer'];

/**
 * What stands on a badge. It goes into every record, so it is no name of a person; letter case does not count, because a
 * scanner may have Caps Lock on.
 */
export const badgeSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'expected up to 32 letters, digits and . _ - for a badge');

/** What the screens show of the people at a station. */
export const peopleStateSchema = z.strictObject({
  /** No engineer is known: everybody may do everything, by the name that they give. */
  open: z.boolean(),
  atWork: z
    .strictObject({
      badge: z.string(),
      name: z.string().nullable(),
      roles: z.array(roleSchema),
      may: z.array(actSchema),
      since: z.string(), // ISO 8601 UTC
    })
    .nullable(),
  /** A badge that was scanned and waits for its PIN. */
  pinAsked: z.string().nullable(),
  /** Until when no PIN is taken for the badge that waits for one, ISO 8601 UTC. */
  lockedUntil: z.string().nullable(),
});
/** See {@link peopleStateSchema}. */
export type PeopleState = z.infer<typeof peopleStateSchema>;

/** One person as a list shows it. */
export const personSchema = z.strictObject({
  badge: z.string(),
  name: z.string().nullable(), // null too for whoever may not see names
  roles: z.array(roleSchema),
  hasPin: z.boolean(),
  lockedUntil: z.string().nullable(),
  retiredAt: z.string().nullable(),
});
/** See {@link personSchema}. */
export type Person = z.infer<typeof personSchema>;

/** An engineer's word that units may be made by a recipe: by the hash of its file, not by its name. */
export const approvalSchema = z.strictObject({
  hash: z.string(),
  recipe: z.string(),
  badge: z.string(),
  at: z.string(),
});
/** See {@link approvalSchema}. */
export type Approval = z.infer<typeof approvalSchema>;

/** A badge that a second person holds out, with the PIN where the role has one. */
export const countersignSchema = z.strictObject({
  badge: z.string().min(1).max(64),
  pin: z.string().min(1).max(64).nullable(),
});
/** See {@link countersignSchema}. */
export type Countersign = z.infer<typeof countersignSchema>;
