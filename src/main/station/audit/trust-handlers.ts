import type { Handlers } from '../../../shared/link/serve.ts';
import { ok } from '../../../shared/result.ts';
import type { TrustDesk } from '../../ports/trust-desk.ts';

/** Answers the calls about records that can be trusted. */
export function createTrustHandlers(
  desk: TrustDesk,
): Pick<Handlers['calls'], 'audit-state' | 'audit-checkpoint' | 'backup-now'> {
  return {
    'audit-state': () => desk.state(),
    'audit-checkpoint': async ({ actor }) => {
      const checkpoint = await desk.checkpoint(actor);
      return checkpoint.ok ? ok({ checkpoint: checkpoint.value }) : checkpoint;
    },
    'backup-now': ({ actor }) => desk.backUp(actor),
  };
}
