import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createByIdFinder } from '../../src/main/adapters/line/by-id-finder.ts';
import { measureFirmwareImage } from '../../src/main/identity/firmware-image.ts';
import { deriveMxchipIdentity } from '../../src/main/identity/mxchip-identity.ts';
import { serviceToken } from '../../src/main/identity/service-token.ts';
import type { DpsReady } from '../../src/shared/bench.ts';
import { diceRecipeFrom } from '../doubles/dice-recipe.ts';
import { registryCaller } from '../interop/hub-bench.ts';
import { ask, eventually, openWorkshop, prompt, type Workshop } from '../unit/board/bench-program.ts';

/** Enrolls a certificate as the service API wants it; answers with the HTTP status. */
function enroll(dps: DpsReady, registrationId: string, certificatePem: string): Promise<number> {
  const fields = Object.fromEntries(
    dps.serviceConnectionString.split(';').map((part) => /^([^=]+)=(.*)$/.exec(part)?.slice(1) ?? []),
  );
  const authorization = serviceToken({
    resource: dps.host,
    keyName: fields['SharedAccessKeyName'] ?? '',
    key: Buffer.from(fields['SharedAccessKey'] ?? '', 'base64'),
    expiresAt: Math.floor(Date.now() / 1000) + 600,
  });
  const attestation = { type: 'x509', x509: { clientCertificates: { primary: { certificate: certificatePem } } } };
  return new Promise((resolve, reject) => {
    const path = `/enrollments/${registrationId}?api-version=2021-10-01`;
    const headers = { authorization, 'content-type': 'application/json' };
    const { host, port, caFile } = dps;
    request({ host, port, path, method: 'PUT', ca: readFileSync(caFile), headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end(JSON.stringify({ registrationId, attestation }));
  });
}

describe('boards on the bench', () => {
  const secret = '19e25a259d0c2be03a02d416c05c48ccd0cc7d1743458aae1cb488b074993eae';
  let workshop: Workshop;
  beforeEach(async () => {
    workshop = await openWorkshop();
  });
  afterEach(() => workshop.clear());

  it('takes a board the whole way: plugged, set up over its line, enrolled, registered by itself', async () => {
    const { ready } = await workshop.startBench('--boards', '1');
    const { control, linesFolder, wifi, dps } = ready;
    if (dps === null) throw new Error('the bench has no cloud');
    const finder = createByIdFinder({ folder: linesFolder, intervalInMs: 1000 });
    expect(await finder.list()).toEqual({ ok: true, value: [] });
    const { board, mac, path, heard, lost } = await workshop.boardAtPrompt(control);
    expect(await finder.list()).toEqual({
      ok: true,
      value: [{ path, usbSerial: board, vendorId: '0483', productId: '374b' }],
    });

    expect(await heard.command('version')).toContain('DevKitSDK version: 1.6.5\r\n');
    await heard.command(`set_wifissid ${wifi.ssid}`);
    expect((await stat(wifi.passwordFile)).mode & 0o777).toBe(0o600);
    const password = await readFile(wifi.passwordFile, 'utf8');
    expect(await heard.command(`set_wifipwd ${password}`)).not.toContain(password);
    expect(await heard.command(`set_dps_uds ${secret}`)).toBe(
      `set_dps_uds ${'*'.repeat(64)}\r\nInvalid UDS.\r\nINFO: Set DPS UDS successfully.\r\n${prompt}`,
    );
    expect(await heard.command('exit')).toContain('exit\r\nReboot\r\n');
    // Not enrolled yet: the board tries once and is refused.
    await heard.until((text) => text.includes('registration failed!'));
    const unplugged = await ask(control, 'unplug', { board });
    expect(unplugged).toMatchObject({ mode: 'off', slot: null, path: null, secretWrites: 1 });
    expect(await lost).toBe('line-lost');
    expect(existsSync(path ?? '')).toBe(false);

    const recipe = diceRecipeFrom(JSON.parse(await readFile(ready.recipeFile, 'utf8')));
    const [bin, map] = await Promise.all(
      [recipe.firmware.bin, recipe.firmware.map].map(async ({ file, sha256 }) => {
        const bytes = await readFile(join(dirname(ready.recipeFile), file));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
        return bytes;
      }),
    );
    const image = measureFirmwareImage({ bin: bin ?? Buffer.alloc(0), map: map ?? Buffer.alloc(0) });
    if (!image.ok) throw new Error(image.problem.code);
    const registrationId = `az-${mac}v1v6v5`;
    const derived = deriveMxchipIdentity({ uds: Buffer.from(secret, 'hex'), image: image.value, registrationId });
    if (!derived.ok) throw new Error(derived.problem.code);
    expect(await enroll(dps, registrationId, derived.value.identity.certificatePem)).toBe(200);

    const { boards } = await ask(control, 'power-up', { boards: [board] });
    expect(boards).toMatchObject([
      {
        registeredWith: registrationId,
        lastRegistration: expect.stringMatching(/^assigned /),
        mode: 'off',
        powerUps: 2,
      },
    ]);
    const fingerprint = createHash('sha256').update(Buffer.from(secret, 'hex')).digest('hex').slice(0, 16);
    expect(boards[0]?.udsFingerprint).toBe(fingerprint);
    const { sha256Thumbprint } = derived.value.identity;
    expect(await ask(control, 'dps-book', {})).toEqual({
      enrollments: [
        {
          registrationId,
          attestation: 'x509',
          sha256Thumbprint,
          secondarySha256Thumbprint: null,
          provisioningStatus: 'enabled',
          registrationStatus: 'assigned',
        },
      ],
      groups: [],
    });
    expect(await ask(control, 'dps-counters', {})).toMatchObject({ created: 1, registrations: 1 });
    const [hub] = dps.hubs ?? [];
    if (hub === undefined) throw new Error('the bench has no hub');
    expect(boards[0]?.lastRegistration).toBe(`assigned ${hub.hostName}`);
    const identity = await registryCaller({ caFile: dps.caFile, hub })('GET', `/devices/${registrationId}`);
    expect(identity.json).toMatchObject({ status: 'enabled', authentication: { type: 'selfSigned' } });
    const state = await ask(control, 'state', {});
    expect(state).toMatchObject({ operatorActions: 3, plugs: 1, presses: 1, scans: 0, secretWrites: 1 });
    expect(state.boards).toHaveLength(2);
  });

  it('passes faults of the cloud on', async () => {
    const { ready } = await workshop.startBench();
    const faults = await ask(ready.control, 'dps-faults', { outage: 'refuse', latencyInMs: 5 });
    expect(faults).toMatchObject({ outage: 'refuse', latencyInMs: 5 });
  });

  it('scans: the text and CR on a line of its own', async () => {
    const { ready } = await workshop.startBench('--no-dps');
    const { heard } = await workshop.openLine(ready.scannerPath);
    await ask(ready.control, 'scan', { text: 'AB-0001;c8:93:46:84:1a:81' });
    expect(await heard.until((text) => text.endsWith('\r'))).toBe('AB-0001;c8:93:46:84:1a:81\r');
    expect(await ask(ready.control, 'state', {})).toMatchObject({ scans: 1, operatorActions: 1 });
  });

  it('shows a cable that comes off in the middle of a write', async () => {
    const { ready } = await workshop.startBench('--no-dps');
    const { board, line, heard, lost } = await workshop.boardAtPrompt(ready.control);
    await ask(ready.control, 'fault', { board, fault: 'unplug-in-write' });
    await line.write(Buffer.from(`set_dps_uds ${secret}\r`));
    expect(await lost).toBe('line-lost');
    expect(await heard.until(() => true)).not.toContain('INFO');
    const gone = await eventually(
      () => ask(ready.control, 'state', {}),
      (state) => state.boards[0]?.slot === null,
    );
    expect(gone).toMatchObject({ boards: [{ mode: 'off', path: null, secretWrites: 1 }], operatorActions: 2 });
    // The slot is free again, and what was stored is still there.
    await ask(ready.control, 'fault', { board, fault: 'none' });
    expect(await ask(ready.control, 'plug', { board, slot: 1 })).toMatchObject({ secretWrites: 1, slot: 1 });
  });

  it('shows a reset in the middle of a write, and a console that never starts', async () => {
    const { ready } = await workshop.startBench('--no-dps');
    const { board, heard } = await workshop.boardAtPrompt(ready.control);
    await ask(ready.control, 'fault', { board, fault: 'reboot-in-write' });
    const said = await heard.command(`set_dps_uds ${secret}`);
    expect(said).toContain('** MXChip - Microsoft IoT Developer Kit **');
    expect(said).not.toContain('INFO: Set DPS UDS');
    await ask(ready.control, 'fault', { board, fault: 'silence' });
    await ask(ready.control, 'press', { board, buttons: 'enter-configuration' });
    await eventually(
      () => ask(ready.control, 'state', {}),
      (state) => state.boards[0]?.mode === 'silent',
    );
  });

  it('says its MAC in AP mode', async () => {
    const { ready } = await workshop.startBench('--no-dps');
    const { board, mac } = await workshop.oneBoard(ready.control);
    const { path } = await ask(ready.control, 'plug', { board, slot: 2 });
    const { heard } = await workshop.openLine(path);
    await ask(ready.control, 'press', { board, buttons: 'enter-ap' });
    expect(await heard.until((text) => text.includes('the system settings.'))).toContain(
      `AP mode Wi-Fi AZ-${mac} started .`,
    );
  });
});
