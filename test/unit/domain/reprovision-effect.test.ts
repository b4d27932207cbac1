import { expect, it } from 'vitest';
import { reprovisionEffect } from '../../../src/main/domain/reprovision-effect.ts';

/*
 * Azure documentation, concepts-device-reprovision: "re-provision and migrate data" (the default), "re-provision and
 * reset to initial config" (also used without changing hubs), "never re-provision".
 */
const migrate = { updateHubAssignment: true, migrateDeviceData: true };
const reset = { updateHubAssignment: true, migrateDeviceData: false };
const never = { updateHubAssignment: false, migrateDeviceData: false };

it.each([
  ['the first registration, whatever the policy', reset, ['a'], null, 'first', 'assigned'],
  ['the default moves and migrates', null, ['a', 'b'], 'a', 'migrates', 'may-change'],
  ['migrate, one hub that it has', migrate, ['a'], 'a', 'stays', 'stays'],
  ['migrate, one hub in other letters', migrate, ['A.azure-devices.net'], 'a.azure-devices.net', 'stays', 'stays'],
  ['migrate, a hub that is not in the list any more', migrate, ['b'], 'a', 'migrates', 'changes'],
  ['migrate, all hubs of the instance', migrate, [], 'a', 'migrates', 'may-change'],
  ['reset on the same hub', reset, ['a'], 'a', 'resets', 'stays'],
  ['reset to another hub', reset, ['b'], 'a', 'resets', 'changes'],
  ['never, even where its hub is not in the list', never, ['b'], 'a', 'stays', 'stays'],
  [
    'a policy that migrates without a new assignment',
    { ...never, migrateDeviceData: true },
    ['b'],
    'a',
    'stays',
    'stays',
  ],
] as const)('%s', (_, policy, hubs, assignedHub, data, hub) => {
  expect(reprovisionEffect({ policy, hubs, assignedHub })).toEqual({ data, hub });
});
