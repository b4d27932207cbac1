import { z } from 'zod';
import { by, nothing } from './contract-parts.ts';
import { approvalSchema, badgeSchema, peopleStateSchema, personSchema, roleSchema } from './people.ts';

/** A badge as somebody gives it; one that cannot exist is answered like one that is not known. */
const given = z.string().min(1).max(64);
const pin = z.string().min(1).max(64);
const personName = z.string().trim().min(1).max(64);

/**
 * The part of the contract about people at the station: badges, who is at work. Answered even while the station itself is
 * not open.
 */
export const peopleContract = {
  calls: {
    /**
     * Puts a person to work, at the station (all its screens) or, with `at: link`, for the calls of this link alone, as a
     * terminal command needs it. `pin`: null for badges that have none.
     */
    'badge-in': {
      input: z.strictObject({ ...by, badge: given, pin: pin.nullable(), at: z.enum(['station', 'link']).optional() }),
      output: nothing,
    },
    'badge-out': { input: z.strictObject(by), output: nothing },
    /** Names only for whoever may change people. */
    'people-list': { input: z.strictObject(by), output: z.strictObject({ people: z.array(personSchema) }) },
    /** Enters a person or changes one. `name` null and `pin` null leave what is there; a lead or engineer needs a PIN. */
    'person-put': {
      input: z.strictObject({
        ...by,
        badge: badgeSchema,
        roles: z.array(roleSchema).min(1).max(roleSchema.options.length),
        name: personName.nullable(),
        pin: pin.nullable(),
      }),
      output: nothing,
    },
    /** Records keep the badge; nobody can tell any more whose it was. */
    'person-erase-name': { input: z.strictObject({ ...by, badge: given }), output: nothing },
    /** The badge opens nothing any more, and is never given to another person. */
    'person-retire': { input: z.strictObject({ ...by, badge: given }), output: nothing },
    /** `current`: the PIN until now, with which people change their own; null: whoever may change people sets it. */
    'pin-set': { input: z.strictObject({ ...by, badge: given, pin, current: pin.nullable() }), output: nothing },
    /** The recipe that the station works by, and which recipes engineers approved. */
    'recipe-approvals': {
      input: nothing,
      output: z.strictObject({
        recipe: z.strictObject({ recipe: z.string(), title: z.string(), hash: z.string() }).nullable(),
        approvals: z.array(approvalSchema),
      }),
    },
    /** `hash`: of the recipe as whoever approves has seen it; refused when the file is another one now. */
    'recipe-approve': {
      input: z.strictObject({ ...by, recipe: z.string().min(1).max(1_024), hash: z.string().regex(/^[0-9a-f]{64}$/) }),
      output: nothing,
    },
  },
  streams: { people: peopleStateSchema },
} as const;
