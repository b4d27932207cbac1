import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { systemBoardClock } from '../../src/simulation/board/board-clock.ts';
import { type CloudOutcome, createDeviceCloud } from '../../src/simulation/board/device-cloud.ts';
import { aliasVectors, type DpsBench, serviceCaller, startDpsBench, x509Enrollment } from '../interop/dps-bench.ts';
import { authority, deviceOf } from '../interop/test-authorities.ts';

/*
 * The two ways of a board's certificate to the DPS of its bench: through the handshake, as to the real service, and
 * beside it, for a bench inside Electron. One token opens the second way, on one listener.
 */

let bench: DpsBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const token = 'a'.repeat(64);
const vector = must(aliasVectors()[0]);

/** Enrolls the DevKit's certificate and lets a board try to register with it. */
async function register(serverToken: string | null, boardToken: string | null): Promise<CloudOutcome> {
  bench = await startDpsBench(serverToken === null ? {} : { handOverToken: serverToken });
  const { registrationId, certPem, keyPem } = vector;
  await serviceCaller(bench.ready)('PUT', `/enrollments/${registrationId}`, x509Enrollment(registrationId, certPem));
  const { host, port, caFile, idScope } = bench.ready;
  const address = { host, port, ca: readFileSync(caFile, 'utf8') };
  const cloud = createDeviceCloud(
    boardToken === null ? address : { ...address, handOverToken: boardToken },
    systemBoardClock,
  );
  return cloud.register({
    registrationId,
    idScope,
    apiVersion: '2019-03-31',
    credential: { kind: 'certificate', certificatePem: certPem, keyPem },
    onAssigning: () => {},
    signal: new AbortController().signal,
  });
}

describe('the certificate of a board', () => {
  it('goes through the handshake on Node', async () => {
    expect(await register(null, null)).toMatchObject({ kind: 'assigned', deviceId: vector.registrationId });
  });

  it('goes beside it where board and service hold the token of one bench', async () => {
    expect(await register(token, token)).toMatchObject({ kind: 'assigned', deviceId: vector.registrationId });
  });

  it('goes beside it with its whole chain, so that groups know it', async () => {
    const plant = authority('Plant CA');
    const line = authority('Line CA', plant);
    const device = deviceOf('sn-1', line);
    bench = await startDpsBench({ handOverToken: token });
    expect(await bench.simulator.uploadAuthority({ name: 'plant', certificate: plant.certPem })).toMatchObject({
      ok: true,
    });
    const root = plant.certPem.replace(/-----[^-]+-----|\s/g, '');
    const made = await serviceCaller(bench.ready)('PUT', '/enrollmentGroups/plant', {
      enrollmentGroupId: 'plant',
      attestation: { type: 'x509', x509: { signingCertificates: { primary: { certificate: root } } } },
    });
    expect(made.status).toBe(200);
    const { host, port, caFile, idScope } = bench.ready;
    const address = { host, port, ca: readFileSync(caFile, 'utf8'), handOverToken: token };
    const shown = (...chain: { readonly certPem: string }[]) =>
      createDeviceCloud(address, systemBoardClock).register({
        registrationId: 'sn-1',
        idScope,
        apiVersion: '2019-03-31',
        credential: {
          kind: 'certificate',
          certificatePem: [device, ...chain].map(({ certPem }) => certPem).join(''),
          keyPem: device.keyPem,
        },
        onAssigning: () => {},
        signal: new AbortController().signal,
      });
    expect(await shown()).toMatchObject({ kind: 'failed' });
    expect(await shown(line, plant)).toMatchObject({ kind: 'assigned', deviceId: 'sn-1' });
  });

  it('is not believed with another token', async () => {
    expect(await register(token, 'b'.repeat(64))).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^HTTP 401/),
    });
  });

  it('is not believed beside the handshake on a service that has no token', async () => {
    expect(await register(null, token)).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^HTTP 401/) });
  });

  it('is not looked for in the handshake where it goes beside it', async () => {
    expect(await register(token, null)).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^HTTP 401/) });
  });
});

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('no vectors');
  return value;
}
