import { createHash } from 'node:crypto';
import type { Instance } from './instance.ts';
import type { StoredEnrollment, StoredRegistration } from './records.ts';

/** Decides the outcome of a registration. */
export function outcomeOf(
  instance: Instance,
  enrollment: StoredEnrollment,
  record: StoredRegistration,
): Partial<StoredRegistration> & Pick<StoredRegistration, 'status'> {
  if (enrollment.provisioningStatus === 'disabled') return { status: 'disabled' };
  const stays = record.assignedHub !== undefined && enrollment.reprovisionPolicy?.updateHubAssignment === false;
  const hub = stays ? record.assignedHub : hubFor(instance, enrollment);
  // 400208 is the C SDK's constant for a registration that failed because no hub was specified.
  if (hub === undefined) return { status: 'failed', errorCode: 400_208, errorMessage: 'IotHub not specified.' };
  const moved = record.assignedHub !== undefined && record.assignedHub !== hub;
  const migrates = enrollment.reprovisionPolicy?.migrateDeviceData !== false;
  const atMove = migrates ? 'deviceDataMigrated' : 'deviceDataReset';
  return {
    status: 'assigned',
    substatus: moved ? atMove : (record.substatus ?? 'initialAssignment'),
    assignedHub: hub,
    // A changed deviceId takes effect only after the registration record was deleted.
    deviceId: record.deviceId ?? enrollment.deviceId ?? enrollment.registrationId,
  };
}

/** Hashed spreads over the candidates; custom has no webhook here and finds no hub. */
function hubFor(instance: Instance, enrollment: StoredEnrollment): string | undefined {
  const legacy = enrollment.iotHubHostName === undefined ? undefined : [enrollment.iotHubHostName];
  const candidates = enrollment.iotHubs ?? legacy ?? instance.hubs.names();
  const policy = enrollment.allocationPolicy ?? 'hashed';
  if (policy === 'custom' || (policy === 'static' && candidates.length !== 1)) return undefined;
  if (policy !== 'hashed') return candidates[0];
  const digest = createHash('sha256').update(enrollment.registrationId.toLowerCase()).digest();
  return candidates[digest.readUInt32BE() % Math.max(1, candidates.length)];
}
