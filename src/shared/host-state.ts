import { z } from 'zod';
import { problemSchema } from './job.ts';

/**
 * The station as its door sees it: `starting` and `stopping` pass by themselves, `failed` names what keeps the station
 * shut and waits for other settings, `vault-locked` waits for the passphrase of the vault.
 */
export const hostStateSchema = z.strictObject({
  state: z.enum(['starting', 'open', 'failed', 'vault-locked', 'stopping']),
  problem: problemSchema.nullable(),
  /** Troubles that do not stop the line: a scanner that does not open, ports that cannot be listed. */
  warnings: z.array(problemSchema),
  mode: z.enum(['training', 'production']),
  /** Whether the boards and the cloud around the station are the embedded, simulated ones. */
  bench: z.boolean(),
  version: z.string(),
  dataFolder: z.string(),
});
/** See {@link hostStateSchema}. */
export type HostState = z.infer<typeof hostStateSchema>;
