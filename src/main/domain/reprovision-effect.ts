import type { ReprovisionEffect } from '../../shared/verification.ts';

/** What decides about a device that registers again. */
export type ReprovisionFacts = {
  /** Of its entry; null: the service's default, which is to move and to migrate (DPS REST API 2021-10-01). */
  readonly policy: { readonly updateHubAssignment: boolean; readonly migrateDeviceData: boolean } | null;
  readonly hubs: readonly string[]; // that the entry may use; none: all hubs of the instance
  readonly assignedHub: string | null; // null: it never registered
};

/**
 * What a new registration would do to a device (Azure documentation, concepts-device-reprovision). Which of several hubs
 * an allocation policy would choose now is the service's secret: hubs are weighed, measured or asked of a function, so
 * with more than one the hub may change under each policy.
 */
export function reprovisionEffect({ policy, hubs, assignedHub }: ReprovisionFacts): ReprovisionEffect {
  if (assignedHub === null) return { data: 'first', hub: 'assigned' };
  const { updateHubAssignment, migrateDeviceData } = policy ?? { updateHubAssignment: true, migrateDeviceData: true };
  // Without a new assignment the device keeps its hub, and with it its data.
  if (!updateHubAssignment) return { data: 'stays', hub: 'stays' };
  const hub = hubAfter(hubs, assignedHub);
  if (!migrateDeviceData) return { data: 'resets', hub };
  return { data: hub === 'stays' ? 'stays' : 'migrates', hub };
}

function hubAfter(hubs: readonly string[], assigned: string): ReprovisionEffect['hub'] {
  const names = hubs.map((name) => name.toLowerCase());
  if (names.length > 0 && !names.includes(assigned.toLowerCase())) return 'changes';
  return names.length === 1 ? 'stays' : 'may-change';
}
