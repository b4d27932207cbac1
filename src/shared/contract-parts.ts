import { z } from 'zod';

/** A call that takes or gives nothing. */
export const nothing = z.strictObject({});
/** Who is answerable: every call that changes something says so. */
export const by = { actor: z.string().min(1).max(64) };
/** A name that somebody gave: of an instance, an order, a recipe. */
export const name = z.string().min(1).max(64);
