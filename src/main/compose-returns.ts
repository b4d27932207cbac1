import type { ConnectedHubs } from './compose-hubs.ts';
import type { StationHandle } from './ports/station-handle.ts';
import { hubAccessOf } from './station/enrollments/hub-access.ts';
import { createRemoteSteps, type RemoteStepsOptions } from './station/returns/remote-steps.ts';
import { createReturnsDesk, type ReturnsDeskOptions, type RunningReturnsDesk } from './station/returns/returns-desk.ts';

/** Puts the desk for returns together. */
export function assembleReturns(
  parts: Omit<ReturnsDeskOptions, 'steps'> &
    Pick<RemoteStepsOptions, 'mirror'> & {
      readonly hubs: ConnectedHubs;
      readonly enrollments: StationHandle['enrollments'];
    },
): RunningReturnsDesk {
  const steps = createRemoteSteps({ ...parts, hubOf: hubAccessOf(parts.hubs.hubs) });
  return createReturnsDesk({ ...parts, steps });
}
