import { ecPrivateKeyPem } from '../../main/identity/pem.ts';
import { blankFormRegistrationId } from '../../main/identity/registration-id.ts';
import { wipe } from '../../main/identity/uds.ts';
import type { BoardParts } from './board-parts.ts';
import { errorText, identityInfoText, requestTraceText, stageText } from './board-texts.ts';
import type { CloudOutcome } from './device-cloud.ts';
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

async function register(run: SketchRun, registrationId: string, storedUds: string): Promise<CloudOutcome | null> {
  const { firmware, build, cloud } = run.parts;
  const keys = keysAtRunTime(storedUds, build.image, registrationId);
  if (keys === null) return null;
  const { identity, aliasPrivateKey } = keys;
  const keyPem = ecPrivateKeyPem(aliasPrivateKey, identity.aliasPublicKey);
  wipe(aliasPrivateKey);
  if (cloud === null) return { kind: 'failed', reason: 'no provisioning service in reach' };
  run.send(stageText(firmware, 'CONNECTED'));
  run.send(stageText(firmware, 'REGISTERING'));
  run.send(requestTraceText(build.idScope, registrationId, firmware.apiVersion));
  return cloud.register({
    registrationId,
    idScope: build.idScope,
    apiVersion: firmware.apiVersion,
    certificatePem: identity.certificatePem,
    keyPem,
    onAssigning: () => run.send(stageText(firmware, 'ASSIGNING')),
    signal: run.life,
  });
}

/**
 * User mode with the DevKitDPS sketch and a blank registration id: Wi-Fi, keys, one attempt to register, and never
 * another before the next start. Source: microsoft/devkit-sdk, DevkitDPSClient and the DevKitDPS sample.
 */
export async function runSketch(run: SketchRun): Promise<SketchOutcome> {
  const { firmware, mac, secureElement } = run.parts;
  if (!(await joinWifi(run))) {
    run.show(['No Wi-Fi']);
    return { registeredWith: null, lastRegistration: 'no Wi-Fi' };
  }
  const storedUds = secureElement.read('uds');
  if (storedUds === '') return failure(run, noSecret);
  run.send(identityInfoText(firmware, mac));
  const registrationId = blankFormRegistrationId({ mac, version: run.parts.build.version });
  const outcome = registrationId.ok ? await register(run, registrationId.value, storedUds) : null;
  if (outcome === null || !registrationId.ok) return failure(run, badSecret);
  if (outcome.kind === 'failed') {
    run.send('Failure encountered on registration!\r\nregistration failed!\r\n');
    run.show(['DPS Failed!']);
    return { registeredWith: null, lastRegistration: outcome.reason };
  }
  run.send(`Registration Information received from service: ${outcome.hub}!\r\n`);
  run.show(['DPS connected!']);
  return { registeredWith: registrationId.value, lastRegistration: `assigned ${outcome.hub}` };
}
