import { z } from 'zod';
import { problemSchema } from '../job.ts';

/** What goes over a link to the side that serves. */
export const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('call'), id: z.int(), name: z.string(), input: z.unknown() }),
  z.strictObject({ do: z.literal('watch'), id: z.int(), name: z.string() }),
  z.strictObject({ do: z.literal('unwatch'), id: z.int() }),
]);

/** What comes back. */
export const replySchema = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('value'), id: z.int(), value: z.unknown() }),
  z.strictObject({ is: z.literal('problem'), id: z.int(), problem: problemSchema }),
]);
