import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DpsBench,
  deviceCaller,
  type Heard,
  registerDevice,
  type ServiceCaller,
  selfSigned,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
  x509Enrollment,
} from '../interop/dps-bench.ts';

/* The knobs of the bench: outages, lost replies, throttles, planted rows; and what must survive a restart. */

let nowInMs = Date.parse('2026-11-20T10:00:00Z');
let bench: DpsBench;
let call: ServiceCaller;
beforeEach(async () => {
  bench = await startDpsBench({ now: () => new Date(nowInMs) });
  call = serviceCaller(bench.ready);
});
afterEach(() => bench.close());

const put = (id: string): Promise<Heard> => call('PUT', `/enrollments/${id}`, symmetricEnrollment(id));
const bulk = (ids: string[]): Promise<Heard> =>
  call('POST', '/enrollments', { mode: 'create', enrollments: ids.map((id) => symmetricEnrollment(id)) });
const idsInBook = (): string[] => bench.simulator.book().map((row) => row.registrationId);

describe('faults', () => {
  it('outage: connections are cut, and work again afterwards', async () => {
    bench.simulator.setFaults({ outage: 'refuse' });
    await expect(put('a')).rejects.toThrow();
    bench.simulator.setFaults({ outage: 'none' });
    expect((await put('a')).status).toBe(200);
  });

  it('outage: 503 on both APIs', async () => {
    bench.simulator.setFaults({ outage: 'service-unavailable' });
    expect((await put('a')).status).toBe(503);
    const device = deviceCaller(bench.ready, 'a', selfSigned('a'));
    expect((await device('PUT', '/register', { registrationId: 'a' })).status).toBe(503);
    expect(bench.simulator.setFaults({ outage: 'none' }).outage).toBe('none');
    expect(idsInBook()).toEqual([]);
  });

  it('lost replies: the write is done, the answer never comes, reads are not touched', async () => {
    bench.simulator.setFaults({ loseReplies: 2 });
    expect((await call('GET', '/enrollments/a')).status).toBe(404);
    await expect(put('a')).rejects.toThrow();
    await expect(bulk(['b', 'c'])).rejects.toThrow();
    expect(idsInBook()).toEqual(['a', 'b', 'c']);
    expect((await put('a')).json.errorCode).toBe(409201);
    expect(bench.simulator.setFaults({}).loseReplies).toBe(0);
  });

  it('dropped requests are not carried out', async () => {
    bench.simulator.setFaults({ dropRequests: 1 });
    await expect(put('a')).rejects.toThrow();
    expect(idsInBook()).toEqual([]);
    expect((await put('a')).status).toBe(200);
  });

  it('planted throttles come with and without Retry-After', async () => {
    bench.simulator.setFaults({ throttle: { calls: 1, retryAfterInSeconds: 7 } });
    const told = await put('a');
    expect([told.status, told.headers['retry-after']]).toEqual([429, '7']);
    expect(Math.floor(told.json.errorCode / 1000)).toBe(429);
    bench.simulator.setFaults({ throttle: { calls: 1, retryAfterInSeconds: null } });
    const silent = await put('a');
    expect([silent.status, silent.headers['retry-after']]).toEqual([429, undefined]);
    expect((await put('a')).status).toBe(200);
    expect(bench.simulator.counters()).toMatchObject({ throttled: 2, serviceCalls: 3, created: 1 });
  });

  it.each([500, 503, 401, 400])('planted failures answer %s and are not carried out', async (status) => {
    bench.simulator.setFaults({ failCalls: { calls: 2, status } });
    for (const heard of [await put('a'), await bulk(['a'])]) {
      expect(heard.status).toBe(status);
      expect(Math.floor(heard.json.errorCode / 1000)).toBe(status);
    }
    expect(idsInBook()).toEqual([]);
  });

  it('a poisoned id spoils its bulk, and its own PUT; the other nine pass alone', async () => {
    bench.simulator.setFaults({ poisonIds: ['u-4'] });
    const ids = Array.from({ length: 10 }, (_, index) => `u-${index}`);
    expect((await bulk(ids)).status).toBe(400);
    expect(idsInBook()).toEqual([]);
    expect((await bulk(ids.filter((id) => id !== 'u-4'))).json.isSuccessful).toBe(true);
    expect((await put('u-4')).status).toBe(400);
  });

  it('a rejected id gets its own error, in a bulk and alone', async () => {
    bench.simulator.setFaults({ rejectIds: [{ registrationId: 'u-1', errorCode: 500999, message: 'planted' }] });
    const heard = await bulk(['u-0', 'u-1', 'u-2']);
    expect(heard.status).toBe(200);
    expect(heard.json).toEqual({
      isSuccessful: false,
      errors: [{ registrationId: 'u-1', errorCode: 500999, errorStatus: 'planted' }],
    });
    const alone = await put('u-1');
    expect([alone.status, alone.json.message]).toEqual([500, 'planted']);
    expect(idsInBook()).toEqual(['u-0', 'u-2']);
  });

  it('latency delays the answer, not the deed', async () => {
    bench.simulator.setFaults({ latencyInMs: 3_600_000 });
    const pending = put('a').catch((error: unknown) => error);
    await expect.poll(idsInBook).toEqual(['a']);
    await bench.simulator.stop(); // does not wait for the hour
    expect(await pending).toBeInstanceOf(Error);
  });
});

describe('the quota is a sliding minute', () => {
  it('for service calls: refused calls do not count, and room comes back when the oldest are a minute old', async () => {
    bench.simulator.setFaults({ operationsPerMinute: 3 });
    expect((await put('a')).status).toBe(200);
    nowInMs += 40_000;
    expect((await put('b')).status).toBe(200);
    expect((await bulk(['c', 'd'])).status).toBe(200); // one call weighs one
    nowInMs += 19_500;
    for (let again = 0; again < 3; again += 1) {
      const heard = await put('e');
      expect([heard.status, heard.headers['retry-after']]).toEqual([429, '1']);
    }
    nowInMs += 500;
    expect((await put('e')).status).toBe(200);
    expect((await put('f')).headers['retry-after']).toBe('40');
    expect(bench.simulator.counters()).toMatchObject({
      peakOperationsPerMinute: 3,
      throttled: 4,
      created: 5,
      bulkCalls: 1,
    });
  });

  it('for registrations apart, and not for polls', async () => {
    const credential = selfSigned('dev-1');
    await call('PUT', '/enrollments/dev-1', x509Enrollment('dev-1', credential.certPem));
    bench.simulator.setFaults({ operationsPerMinute: 1, registrationsPerMinute: 2 });
    const device = deviceCaller(bench.ready, 'dev-1', credential);
    for (let again = 0; again < 2; again += 1) {
      expect((await registerDevice(device, 'dev-1')).last.json.status).toBe('assigned');
    }
    const third = await device('PUT', '/register', { registrationId: 'dev-1' });
    expect([third.status, third.headers['retry-after']]).toEqual([429, '60']);
    expect(bench.simulator.counters().registrations).toBe(2);
  });
});

describe('what survives', () => {
  it('a restart keeps enrollments, registrations, policy keys and the CA', async () => {
    const stateFile = join(bench.folder, 'state.json');
    const options = { folder: bench.folder, stateFile };
    const first = await startDpsBench(options);
    const credential = selfSigned('keep-1');
    await serviceCaller(first.ready)('PUT', '/enrollments/keep-1', x509Enrollment('keep-1', credential.certPem));
    await registerDevice(deviceCaller(first.ready, 'keep-1', credential), 'keep-1');
    const before = await serviceCaller(first.ready)('GET', '/enrollments/keep-1');
    const ca = readFileSync(first.ready.caFile, 'utf8');
    await first.simulator.stop();
    const second = await startDpsBench(options);
    expect(second.ready.serviceConnectionString).toBe(first.ready.serviceConnectionString);
    expect(readFileSync(second.ready.caFile, 'utf8')).toBe(ca);
    expect((await serviceCaller(second.ready)('GET', '/enrollments/keep-1')).json).toEqual(before.json);
    expect(second.simulator.book()).toEqual(first.simulator.book());
    await second.simulator.stop();
  });

  it.each(['', '{"format":"dps-simulator-state","version":1', '[]'])(
    'a damaged state file is left as it is: %s',
    async (text) => {
      const stateFile = join(bench.folder, 'damaged.json');
      writeFileSync(stateFile, text);
      await expect(startDpsBench({ stateFile })).rejects.toThrow(/state file .* is damaged/);
      expect(readFileSync(stateFile, 'utf8')).toBe(text);
    },
  );

  it('junk on the wire ends nothing', async () => {
    for (const junk of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x00\x05junk!', '\0'.repeat(4096)]) {
      await new Promise<void>((done) => {
        const socket = connect(bench.ready.port, '127.0.0.1', () => socket.end(junk));
        socket.on('error', () => {});
        socket.resume().on('close', () => done());
      });
    }
    expect((await put('a')).status).toBe(200);
  });
});
