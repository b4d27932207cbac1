import { isSignedBy, isUnexpired, sasTokenFrom } from '../dps/sas.ts';
import type { MqttLogin } from '../mqtt/broker.ts';
import type { Hub } from './hub.ts';
import type { StoredDevice } from './records.ts';

/**
 * The device that an MQTT CONNECT proves to be, or null. The user name is `{hub}/{deviceId}/?api-version=...`, the
 * client id the device id; the proof is a SAS token in the password or the certificate of the TLS connection, whichever
 * the identity asks for (Azure documentation, MQTT support). Disabled identities prove nothing.
 */
export function provenDevice(hub: Hub, login: MqttLogin): StoredDevice | null {
  const [, host = '', deviceId = '', parameters = ''] = /^([^/]+)\/([^/]+)\/\?(.*)$/.exec(login.userName) ?? [];
  if (!isAlias(hub, host) || deviceId !== login.clientId) return null;
  if (!new URLSearchParams(parameters).get('api-version')) return null;
  const device = hub.book.device(deviceId);
  if (device === undefined || device.status === 'disabled') return null;
  const proven = device.authentication.type === 'sas' ? isSigned(hub, device, login) : showsThumbprint(device, login);
  return proven ? device : null;
}

function isAlias(hub: Hub, host: string): boolean {
  return hub.aliases.includes(host.toLowerCase().replace(/:\d+$/, ''));
}

/** `sr` is `{hub}/devices/{deviceId}`, signed with the device's own primary or secondary key; no policy is named. */
function isSigned(hub: Hub, { deviceId, authentication }: StoredDevice, login: MqttLogin): boolean {
  const token = sasTokenFrom(login.password);
  if (token === null || authentication.type !== 'sas' || token.policy !== '') return false;
  const [host = '', devices, id, ...more] = decoded(token.rawResource).split('/');
  if (!isAlias(hub, host) || devices !== 'devices' || id !== deviceId || more.length > 0) return false;
  if (!isUnexpired(token, hub.clock.now())) return false;
  const { primaryKey, secondaryKey } = authentication.symmetricKey;
  return isSignedBy(token, primaryKey) || isSignedBy(token, secondaryKey);
}

function showsThumbprint({ authentication }: StoredDevice, login: MqttLogin): boolean {
  const [leaf] = login.certificates;
  if (leaf === undefined || authentication.type !== 'selfSigned') return false;
  const shown = [leaf.fingerprint, leaf.fingerprint256].map((print) => print.replaceAll(':', ''));
  const { primaryThumbprint, secondaryThumbprint } = authentication.x509Thumbprint;
  return shown.includes(primaryThumbprint) || (secondaryThumbprint !== null && shown.includes(secondaryThumbprint));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a device id may hold a lone percent sign, and some clients send it as it is
  }
}
