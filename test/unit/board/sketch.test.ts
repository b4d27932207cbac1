import { describe, expect, it } from 'vitest';
import { deriveMxchipIdentity } from '../../../src/main/identity/mxchip-identity.ts';
import type { Personality } from '../../../src/shared/bench.ts';
import type { CloudOutcome, DeviceCloud, RegistrationAttempt } from '../../../src/simulation/board/device-cloud.ts';
import { udsAsTheBoardReadsIt } from '../../../src/simulation/board/device-keys.ts';
import { buildFirmware } from '../../../src/simulation/board/firmware.ts';
import { openSecureElement } from '../../../src/simulation/board/secure-element.ts';
import { boardOnTheDesk } from './board-double.ts';

const secret = '19e25a259d0c2be03a02d416c05c48ccd0cc7d1743458aae1cb488b074993eae';
const hub = 'training-hub.azure-devices.net';

/** A cloud that answers as told and remembers who came. */
function cloudThatAnswers(outcome: CloudOutcome) {
  const attempts: RegistrationAttempt[] = [];
  const cloud: DeviceCloud = {
    async register(attempt) {
      attempts.push(attempt);
      if (outcome.kind === 'assigned') attempt.onAssigning();
      return outcome;
    },
  };
  return { cloud, attempts };
}

const assigned: CloudOutcome = { kind: 'assigned', hub, deviceId: 'AB-0001' };

async function provisioned(personality: Personality, outcome: CloudOutcome, uds = secret, password = 'open sesame') {
  const { cloud, attempts } = cloudThatAnswers(outcome);
  const secureElement = await openSecureElement(null);
  await secureElement.write('wifiSsid', 'dps-station-bench');
  await secureElement.write('wifiPassword', password);
  if (uds !== '') await secureElement.write('uds', uds);
  const desk = await boardOnTheDesk(personality, { cloud, secureElement });
  const powerUp = async () => {
    desk.board.powerOn();
    const said = await desk.listen();
    await desk.board.settled();
    return said.split('to enter AP mode.\r\n\r\n')[1];
  };
  return { desk, attempts, powerUp };
}

const joined = 'Wi-Fi dps-station-bench connected.\r\n';
const dpsVersion = 'Info:    DPS Version: 1.1.01\r\n\r\n';
const boardLines = (version: string) =>
  `Info: DevKit MAC Address: c8934680ec24\r\nInfo: DevKit Firmware Version: ${version}\r\n`;
const error = (text: string) =>
  `Error: Time:Mon Nov  2 03:04:11 2026 File:DevkitDPSClient.cpp Func:DevkitDPSClientStart Line:141 ${text}\r\n`;

describe('the running sketch', () => {
  it('registers with the certificate that the station derives, and says so (1.6.5)', async () => {
    const { desk, attempts, powerUp } = await provisioned('1.6.5', assigned);
    expect(await powerUp()).toBe(
      [
        joined,
        dpsVersion,
        boardLines('1.6.5'),
        'Info: >>>Provisioning Status: PROV_DEVICE_REG_STATUS_CONNECTED\r\n',
        'Info: >>>Provisioning Status: PROV_DEVICE_REG_STATUS_REGISTERING\r\n',
        'PUT /0ne00000001/registrations/az-c8934680ec24v1v6v5/register?api-version=2018-09-01-preview HTTP/1.1\r\n',
        '{ "registrationId":"az-c8934680ec24v1v6v5" }\r\n',
        'Info: >>>Provisioning Status: PROV_DEVICE_REG_STATUS_ASSIGNING\r\n',
        `Registration Information received from service: ${hub}!\r\n`,
      ].join(''),
    );
    expect(desk.board.state()).toMatchObject({
      registeredWith: 'az-c8934680ec24v1v6v5',
      lastRegistration: `assigned ${hub}`,
      display: ['IoT DevKit', 'DPS connected!'],
    });
    const { image } = buildFirmware({ version: '1.6.5', idScope: '0ne00000001', globalEndpoint: 'localhost' });
    const uds = Buffer.from(secret, 'hex');
    const derived = deriveMxchipIdentity({ uds, image, registrationId: 'az-c8934680ec24v1v6v5' });
    const certificatePem = derived.ok && derived.value.identity.certificatePem;
    expect(attempts[0]?.credential).toMatchObject({ kind: 'certificate', certificatePem });
  });

  it('says its identity in the older order (1.3.0)', async () => {
    const { attempts, powerUp } = await provisioned('1.3.0', assigned);
    expect(await powerUp()).toBe(
      [
        joined,
        boardLines('1.3.0'),
        'Info: Iothub Version: 1.1.23\r\n',
        dpsVersion,
        '\r\nRegistration status: CONNECTED\r\n\r\nRegistration status: REGISTERING\r\n',
        'PUT /0ne00000001/registrations/az-c8934680ec24v1v3v0/register?api-version=2017-11-15 HTTP/1.1\r\n',
        '{ "registrationId":"az-c8934680ec24v1v3v0" }\r\n',
        '\r\nRegistration status: ASSIGNING\r\n',
        `Registration Information received from service: ${hub}!\r\n`,
      ].join(''),
    );
    expect(attempts).toHaveLength(1);
  });

  it('tries once per power-up, and again at the next one or at RESET', async () => {
    const { desk, attempts, powerUp } = await provisioned('1.6.5', {
      kind: 'failed',
      reason: 'HTTP 401 401002 Invalid certificate',
    });
    expect(await powerUp()).toMatch(/Failure encountered on registration!\r\nregistration failed!\r\n$/);
    await desk.listen(3_600_000);
    expect(attempts).toHaveLength(1);
    expect(desk.board.state()).toMatchObject({
      registeredWith: null,
      lastRegistration: 'HTTP 401 401002 Invalid certificate',
      display: ['IoT DevKit', 'DPS Failed!'],
      powerUps: 1,
    });
    desk.board.reset(null);
    await desk.listen();
    expect(attempts).toHaveLength(2);
    desk.board.powerOff();
    desk.board.powerOn();
    await desk.listen();
    expect(attempts).toHaveLength(3);
    expect(desk.board.state().powerUps).toBe(2);
  });

  it('does not register where the Wi-Fi is another, or its password', async () => {
    const { desk, attempts, powerUp } = await provisioned('1.6.5', assigned, secret, 'wrong');
    expect(await powerUp()).toBe('');
    expect(attempts).toHaveLength(0);
    expect(desk.board.state().lastRegistration).toBe('no Wi-Fi');
  });

  it('names a secret that was never stored, and one that is too short', async () => {
    const empty = await provisioned('1.6.5', assigned, '');
    expect(await empty.powerUp()).toBe(
      joined + error('Unable to get DPS UDS string from EEPROM. Please set the value in configuration mode.'),
    );
    const short = await provisioned('1.6.5', assigned, secret.slice(1));
    const text = 'DiceInit failed! Check UDS string provided or set on configuration mode';
    expect(await short.powerUp()).toBe(joined + dpsVersion + boardLines('1.6.5') + error(text));
    expect(short.desk.board.state().lastRegistration).toBe(text);
    expect([...empty.attempts, ...short.attempts]).toHaveLength(0);
  });

  it('dies with the power: a registration under way is cut and leaves nothing', async () => {
    const never = Promise.withResolvers<CloudOutcome>();
    const signals: AbortSignal[] = [];
    const secureElement = await openSecureElement(null);
    await secureElement.write('wifiSsid', 'dps-station-bench');
    await secureElement.write('wifiPassword', 'open sesame');
    await secureElement.write('uds', secret);
    const cloud: DeviceCloud = {
      register(attempt) {
        signals.push(attempt.signal);
        return never.promise;
      },
    };
    const desk = await boardOnTheDesk('1.6.5', { cloud, secureElement });
    desk.board.powerOn();
    await desk.listen();
    desk.board.powerOff();
    await desk.board.settled();
    expect(signals[0]?.aborted).toBe(true);
    never.resolve(assigned);
    expect(await desk.listen()).toBe('');
    expect(desk.board.state()).toMatchObject({ mode: 'off', registeredWith: null, lastRegistration: null });
  });
});

describe('the secret as the board reads it', () => {
  it.each<[string, string, string | null]>([
    ['as it is', secret, secret],
    ['in upper case', secret.toUpperCase(), secret],
    ['cut after 64 characters', `${secret}99`, secret],
    ['too short', secret.slice(1), null],
    ['never stored', '', null],
    ['with 0 for what is no digit', `g${secret.slice(1, 63)} `, `0${secret.slice(1, 63)}0`],
  ])('%s', (_name, stored, expected) => {
    expect(udsAsTheBoardReadsIt(stored)?.toString('hex') ?? null).toBe(expected);
  });
});
