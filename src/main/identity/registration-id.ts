import type { Problem } from '../../shared/problem.ts';
import { problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { fail, ok } from '../../shared/result.ts';

/** Longest id that the DevKit's certificate encoder takes, in characters (X509GetAliasCertTBS of the device). */
export const longestEncodableId = 126;

/** Longest id that this station uses, in characters: the limit of X.509 names (RFC 5280, ub-common-name) and of DPS. */
export const longestStationId = 64;

/** Why an id cannot be used: `registration-id-invalid` {registrationId}, `registration-id-too-long` {registrationId, length, limit}. */
export type RegistrationIdProblem = Problem<'registration-id-invalid' | 'registration-id-too-long'>;

function checkId(registrationId: string, limit: number): Result<string, RegistrationIdProblem> {
  const length = registrationId.length;
  // Cut in the message only: a label scanned by mistake may be long.
  const shown = length > 128 ? `${registrationId.slice(0, 128)}...` : registrationId;
  if (!/^[a-z0-9-]+$/.test(registrationId)) {
    return fail(problem('registration-id-invalid', { registrationId: shown }));
  }
  if (length > limit) return fail(problem('registration-id-too-long', { registrationId: shown, length, limit }));
  return ok(registrationId);
}

/**
 * Checks an id as the board's encoder does: `a-z`, `0-9` and `-`, 1 to 126 characters.
 * Source: microsoft/devkit-sdk, DevkitDPSClient and RiotX509Bldr.
 */
export function encodableRegistrationId(registrationId: string): Result<string, RegistrationIdProblem> {
  return checkId(registrationId, longestEncodableId);
}

/** Checks an id as this station does: as the encoder, but at most 64 characters, because DPS and X.509 end there. */
export function stationRegistrationId(registrationId: string): Result<string, RegistrationIdProblem> {
  return checkId(registrationId, longestStationId);
}

/**
 * A MAC address as the board writes it: 12 lower-case hex digits. Colons and dashes are dropped, as the device drops
 * the colons of its radio. Error: `mac-invalid` {mac}.
 */
export function macFrom(text: string): Result<string, Problem<'mac-invalid'>> {
  const mac = text.toLowerCase().replaceAll(/[:-]/g, '');
  return /^[0-9a-f]{12}$/.test(mac) ? ok(mac) : fail(problem('mac-invalid', { mac: text.slice(0, 64) }));
}

/**
 * The id that a sketch with a blank id makes: `az-<mac>v<major>v<minor>v<patch>`. The version is that of the SDK the
 * sketch was compiled with; it is not cut to 5 characters as Microsoft's tool does (1.6.10 stays 1.6.10), because the
 * device does not. Errors: `mac-invalid`, `firmware-version-invalid` {version}.
 * Source: microsoft/devkit-sdk, DevkitDPSClient.
 */
export function blankFormRegistrationId(parts: {
  readonly mac: string;
  readonly version: string;
}): Result<string, Problem<'mac-invalid' | 'firmware-version-invalid'> | RegistrationIdProblem> {
  const mac = macFrom(parts.mac);
  if (!mac.ok) return mac;
  if (!/^\d+\.\d+\.\d+$/.test(parts.version)) {
    return fail(problem('firmware-version-invalid', { version: parts.version.slice(0, 64) }));
  }
  return encodableRegistrationId(`az-${mac.value}v${parts.version.replaceAll('.', 'v')}`);
}
