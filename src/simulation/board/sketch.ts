import { ecPrivateKeyPem } from '../../main/identity/pem.ts';
import { blankFormRegistrationId } from '../../main/identity/registration-id.ts';
import { wipe } from '../../main/identity/uds.ts';
import type { BoardParts } from './board-parts.ts';
import { errorText, identityInfoText, requestTraceText, stageText } from './board-texts.ts';
import type { CloudOutcome, DeviceCredential } from './device-cloud.ts';
import { keysAtRunTime } from './device-keys.ts';

/** What a run of the sketch left behind. */
export type SketchOutcome = { readonly registeredWith: string | null; readonly lastRegistration: string };

/** The running sketch's surroundings; everything falls silent when `life` is aborted. */
export type SketchRun = {
  readonly parts: BoardParts;
  readonly life: AbortSignal;
  send(text: string): void;
  spend(inMs: number): Promise<void>;
  /** Shows lines on the OLED below its title. */
  show(lines: readonly string[]): void;
};

const noSecret = 'Unable to get DPS UDS string from EEPROM. Please set the value in configuration mode.';
const badConnection = 'DPS connection string is not valid. Please set the value in configuration mode.';
const badSecret = 'DiceInit failed! Check UDS string provided or set on configuration mode';

/** Joins the stored network; true when it is the one around the board, with its password. */
async function joinWifi(run: SketchRun): Promise<boolean> {
  const { secureElement, network, timing } = run.parts;
  const ssid = secureElement.read('wifiSsid');
  await run.spend(timing.radioInMs);
  if (ssid === '') return false;
  await run.spend(timing.joinInMs);
  if (network === null || ssid !== network.ssid || secureElement.read('wifiPassword') !== network.password)
    return false;
  run.send(`Wi-Fi ${ssid} connected.\r\n`);
  return true;
}

function failure(run: SketchRun, text: string): SketchOutcome {
  run.send(errorText(run.parts.clock.now(), text));
  run.show(['DPS Failed!']);
  return { registeredWith: null, lastRegistration: text };
}

/** Where and as whom the sketch registers. */
type Registration = {
  readonly registrationId: string;
  readonly idScope: string;
  readonly credential: DeviceCredential;
};

/** The certificate that the board derives at start-up; null where it says `DiceInit failed!`. */
function withCertificate(run: SketchRun, storedUds: string): Registration | null {
  const { build, mac } = run.parts;
  const registrationId = blankFormRegistrationId({ mac, version: build.version });
  const keys = registrationId.ok ? keysAtRunTime(storedUds, build.image, registrationId.value) : null;
  if (keys === null || !registrationId.ok) return null;
  const { identity, aliasPrivateKey } = keys;
  const keyPem = ecPrivateKeyPem(aliasPrivateKey, identity.aliasPublicKey);
  wipe(aliasPrivateKey);
  const { certificatePem } = identity;
  return {
    registrationId: registrationId.value,
    idScope: build.idScope,
    credential: { kind: 'certificate', certificatePem, keyPem },
  };
}

/** What `set_az_iotdps` stored; null when it is not of the form that its help text shows. */
function withSymmetricKey(stored: string): Registration | null {
  const match = /^DPSEndpoint=[^;]+;IdScope=([^;]+);DeviceId=([^;]+);SymmetricKey=([A-Za-z0-9+/]+=*);?$/.exec(stored);
  const [, idScope, registrationId, key] = match ?? [];
  if (idScope === undefined || registrationId === undefined || key === undefined) return null;
  return { registrationId, idScope, credential: { kind: 'symmetric-key', key: Buffer.from(key, 'base64') } };
}

async function register(run: SketchRun, registration: Registration): Promise<CloudOutcome> {
  const { firmware, cloud } = run.parts;
  const { registrationId, idScope } = registration;
  if (cloud === null) return { kind: 'failed', reason: 'no provisioning service in reach' };
  run.send(stageText(firmware, 'CONNECTED'));
  run.send(stageText(firmware, 'REGISTERING'));
  run.send(requestTraceText(idScope, registrationId, firmware.apiVersion));
  return cloud.register({
    ...registration,
    apiVersion: firmware.apiVersion,
    onAssigning: () => run.send(stageText(firmware, 'ASSIGNING')),
    signal: run.life,
  });
}

/**
 * User mode with the DevKitDPS sketch and a blank registration id, or with a stored symmetric key: Wi-Fi, keys, one attempt to register, and never
 * another before the next start. Source: microsoft/devkit-sdk, DevkitDPSClient and the DevKitDPS sample.
 */
export async function runSketch(run: SketchRun): Promise<SketchOutcome> {
  const { firmware, mac, secureElement } = run.parts;
  if (!(await joinWifi(run))) {
    run.show(['No Wi-Fi']);
    return { registeredWith: null, lastRegistration: 'no Wi-Fi' };
  }
  // The newer sketch takes a symmetric key where one was stored; whatever else is there stands for a certificate.
  const connection = secureElement.read('hub');
  const byKey = connection.startsWith('DPSEndpoint=');
  const storedUds = secureElement.read('uds');
  if (!byKey && storedUds === '') return failure(run, noSecret);
  run.send(identityInfoText(firmware, mac));
  const registration = byKey ? withSymmetricKey(connection) : withCertificate(run, storedUds);
  if (registration === null) return failure(run, byKey ? badConnection : badSecret);
  const outcome = await register(run, registration);
  if (outcome.kind === 'failed') {
    run.send('Failure encountered on registration!\r\nregistration failed!\r\n');
    run.show(['DPS Failed!']);
    return { registeredWith: null, lastRegistration: outcome.reason };
  }
  run.send(`Registration Information received from service: ${outcome.hub}!\r\n`);
  run.show(['DPS connected!']);
  return { registeredWith: registration.registrationId, lastRegistration: `assigned ${outcome.hub}` };
}
