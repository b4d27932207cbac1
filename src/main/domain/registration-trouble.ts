import type { RegistrationState } from '../../shared/enrollment.ts';
import { type Problem, problem } from '../../shared/problem.ts';

/**
 * Why a device could not register, by the code that its registration state holds (Azure/azure-iot-sdk-c, provisioning
 * client; HTTP status x 1000 + sub-code). Null: it did not fail.
 */
export function registrationTrouble(id: string, state: RegistrationState | null | undefined): Problem | null {
  if (state?.status !== 'failed') return null;
  const { errorCode = null, errorMessage = null } = state;
  switch (errorCode) {
    case 400208:
      return problem('registration-hub-unspecified', { id });
    case 400209:
      return problem('registration-hub-refused', { id });
    default:
      if (errorCode !== null && Math.floor(errorCode / 1000) === 401) {
        return problem('registration-credential-refused', { id, errorCode });
      }
      return problem('registration-failed', { id, errorCode: errorCode ?? 'none', message: errorMessage ?? 'none' });
  }
}
