import { afterAll, describe, expect, it } from 'vitest';
import {
  type DpsBench,
  keyedCaller,
  registerDevice,
  sasToken,
  selfSigned,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
  x509Enrollment,
} from '../interop/dps-bench.ts';

/*
 * Limits of the device API and what the bench counts. Documented: operations and registrations have limits of their
 * own per minute and instance; a device may poll 5 times in 10 seconds.
 */

const benches: DpsBench[] = [];
afterAll(async () => {
  for (const bench of benches) await bench.close();
});

const key = Buffer.alloc(32, 7).toString('base64');
const attestation = { type: 'symmetricKey', symmetricKey: { primaryKey: key, secondaryKey: key } };

async function scene(options: Parameters<typeof startDpsBench>[0] = {}) {
  const bench = await startDpsBench(options);
  benches.push(bench);
  const call = serviceCaller(bench.ready);
  const deviceOn = (id: string) =>
    keyedCaller(bench.ready, id, sasToken(`${bench.ready.idScope}/registrations/${id}`, 'registration', key));
  const enroll = async (id: string): Promise<void> => {
    const body = { ...symmetricEnrollment(id), attestation };
    expect((await call('PUT', `/enrollments/${id}`, body)).status).toBe(200);
  };
  return { bench, call, deviceOn, enroll };
}

describe('limits', () => {
  it('trap 20: registrations are limited apart from operations and from polls', async () => {
    const { bench, call, deviceOn, enroll } = await scene();
    for (const id of ['a', 'b']) await enroll(id);
    bench.simulator.setFaults({ registrationsPerMinute: 1, operationsPerMinute: 1_000 });
    const first = await registerDevice(deviceOn('a'), 'a');
    expect(first.last.json.status).toBe('assigned');
    const second = await deviceOn('b')('PUT', '/register', { registrationId: 'b' });
    expect([second.status, Math.floor(second.json.errorCode / 1000)]).toEqual([429, 429]);
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
    expect((await call('GET', '/enrollments/b')).status).toBe(200);
    expect(bench.simulator.counters()).toMatchObject({ registrations: 1, throttled: 1 });
  });

  it('registrations of one device that overlap start over, or are refused where the switch says so', async () => {
    const body = { registrationId: 'a' };
    const loose = await scene({ switches: { assigningPolls: 3 } });
    await loose.enroll('a');
    const [first, second] = [
      await loose.deviceOn('a')('PUT', '/register', body),
      await loose.deviceOn('a')('PUT', '/register', body),
    ];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.json.operationId).not.toBe(first.json.operationId);
    const strict = await scene({ switches: { overlappingRegistration: 'precondition-failed' } });
    await strict.enroll('a');
    const device = strict.deviceOn('a');
    const { json } = await device('PUT', '/register', body);
    const overlapping = await device('PUT', '/register', body);
    expect([overlapping.status, overlapping.json.errorCode]).toEqual([409, 409203]);
    let last = await device('GET', `/operations/${json.operationId}`);
    while (last.status === 202) last = await device('GET', `/operations/${json.operationId}`);
    expect(last.json.status).toBe('assigned');
    expect((await registerDevice(device, 'a')).last.json.status).toBe('assigned');
  });

  it('polls: five in ten seconds for each device, where the switch says so', async () => {
    let now = Date.now();
    const { deviceOn, enroll } = await scene({
      now: () => new Date(now),
      switches: { pollsPerTenSeconds: 5, assigningPolls: 50 },
    });
    for (const id of ['slow', 'other']) await enroll(id);
    const begin = async (id: string) => {
      const { operationId } = (await deviceOn(id)('PUT', '/register', { registrationId: id })).json;
      return () => deviceOn(id)('GET', `/operations/${operationId}`, {});
    };
    const poll = await begin('slow');
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await poll()).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
    expect((await (await begin('other'))()).status).toBe(202);
    now += 10_000;
    expect((await poll()).status).toBe(202);
  });

  it('trap 25: Location of the reply names the register path, not the operation', async () => {
    const { deviceOn, enroll } = await scene();
    await enroll('where');
    const heard = await deviceOn('where')('PUT', '/register', { registrationId: 'where' });
    expect(heard.headers.location).toMatch(/\/registrations\/where\/register$/);
    expect(heard.headers.location).not.toContain(heard.json.operationId);
  });

  it('the retry-after is the one that the simulator was told', async () => {
    const { deviceOn, enroll } = await scene({ registrationRetryAfterInSeconds: 3 });
    await enroll('patient');
    const heard = await deviceOn('patient')('PUT', '/register', { registrationId: 'patient' });
    expect(heard.headers['retry-after']).toBe('3');
  });
});

describe('the book that judges', () => {
  it('tells the kind of each enrollment, and of groups how many came through', async () => {
    const { bench, call } = await scene();
    const { certPem } = selfSigned('by-certificate');
    await call('PUT', '/enrollments/by-certificate', x509Enrollment('by-certificate', certPem));
    await call('PUT', '/enrollments/by-key', symmetricEnrollment('by-key'));
    const group = { enrollmentGroupId: 'all', attestation, provisioningStatus: 'disabled' };
    await call('PUT', '/enrollmentGroups/all', group);
    expect(bench.simulator.book()).toEqual([
      expect.objectContaining({ attestation: 'x509', sha256Thumbprint: expect.stringMatching(/^[0-9a-f]{64}$/) }),
      expect.objectContaining({ attestation: 'symmetricKey', sha256Thumbprint: null }),
    ]);
    expect(bench.simulator.groups()).toEqual([
      { enrollmentGroupId: 'all', attestation: 'symmetricKey', provisioningStatus: 'disabled', registrations: 0 },
    ]);
  });
});
