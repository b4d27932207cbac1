import { expect, it } from 'vitest';
import { registrationTrouble } from '../../../src/main/domain/registration-trouble.ts';
import type { RegistrationState } from '../../../src/shared/enrollment.ts';

/* Codes of Azure/azure-iot-sdk-c (provisioning client) and of the service's error body. */

it.each<[Partial<RegistrationState> & { status: string }, string | null]>([
  [{ status: 'assigned' }, null],
  [{ status: 'disabled', errorCode: 400209 }, null],
  [{ status: 'failed', errorCode: 400208 }, 'registration-hub-unspecified'],
  [{ status: 'failed', errorCode: 400209 }, 'registration-hub-refused'],
  [{ status: 'failed', errorCode: 401002, errorMessage: 'Invalid certificate' }, 'registration-credential-refused'],
  [{ status: 'failed', errorCode: 409203, errorMessage: 'Precondition failed.' }, 'registration-failed'],
  [{ status: 'failed' }, 'registration-failed'],
])('%j: %s', (state, code) => {
  const trouble = registrationTrouble('sn-1', { registrationId: 'sn-1', ...state } as RegistrationState);
  expect(trouble?.code ?? null).toBe(code);
});

it('nobody asked, or never in contact: nothing failed', () => {
  expect([registrationTrouble('a', null), registrationTrouble('a', undefined)]).toEqual([null, null]);
});
