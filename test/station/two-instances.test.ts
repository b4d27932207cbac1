import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { connectInstances } from '../../src/main/compose-instances.ts';
import type { Vault } from '../../src/main/ports/vault.ts';
import { type Courier, createCourier } from '../../src/main/station/courier.ts';
import { type Instances, instanceStates } from '../../src/main/station/instances.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import {
  closeTestBooks,
  enrollmentOf,
  jobOf,
  newItem,
  openTestBooks,
  passedWrites,
  type TestBooks,
  testOrigin,
  valueFrom,
} from '../doubles/books.ts';
import { type DpsBench, selfSigned, startDpsBench } from '../interop/dps-bench.ts';

/* Two named instances, each with its own service, ID scope and quota: units go where their recipe says, and a pause of one holds up no other. */

let east: DpsBench;
let west: DpsBench;
let books: TestBooks;
let instances: Instances;
let courier: Courier;
beforeAll(async () => {
  [east, west] = await Promise.all([
    startDpsBench({ idScope: '0ne00EA5700' }),
    startDpsBench({ idScope: '0ne00WE5700' }),
  ]);
  books = openTestBooks();
  const of = ({ ready }: DpsBench, secret: string, operationsPerMinute: number) => ({
    auth: { kind: 'connection-string', secret },
    idScope: ready.idScope,
    globalEndpoint: ready.host,
    port: ready.port,
    caFile: ready.caFile,
    operationsPerMinute,
  });
  const settings = settingsSchema.parse({ dps: { east: of(east, 'dps-east', 300), west: of(west, 'dps-west', 40) } });
  const secrets: Readonly<Record<string, string>> = {
    'dps-east': east.ready.serviceConnectionString,
    'dps-west': west.ready.serviceConnectionString,
  };
  const vault: Vault = {
    backend: 'double',
    get: async (name) => {
      const text = secrets[name];
      return text === undefined ? fail(problem('secret-not-found', { name })) : ok(Buffer.from(text));
    },
    set: async () => ok(undefined),
  };
  instances = valueFrom(await connectInstances({ settings, vault, clock: systemClock }));
  courier = createCourier({
    instances,
    origin: testOrigin,
    store: books.store,
    clock: systemClock,
    random: { fraction: () => 0.5 },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    callsInFlight: 2,
    onChange: () => {},
  });
});
afterAll(async () => {
  await courier.stop();
  await closeTestBooks(books);
  await Promise.all([east.close(), west.close()]);
});

let slot = 0;
/** A unit that passed with a recipe whose enrollments go to `instance`. */
async function passed(serial: string, instance: string): Promise<void> {
  const certificate = selfSigned(serial).certPem.replace(/-----[^-]+-----|\s/g, '');
  const fingerprint = createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('hex');
  slot += 1;
  const job = jobOf(serial, { slot, instance });
  const item = newItem(job, { registrationId: serial, enrollment: enrollmentOf(serial, certificate), fingerprint });
  const writes = passedWrites(job, item);
  valueFrom(await books.store.commit({ origin: testOrigin, at: item.createdAt, writes }));
  courier.wake();
}

const idsAt = (bench: DpsBench): string[] => bench.simulator.book().map((row) => row.registrationId);
const stateOf = (name: string) => instanceStates(instances, courier.pauseOf).find((one) => one.name === name);

describe('two instances', () => {
  it('get the units of their recipes, and keep quotas of their own', async () => {
    await passed('unit-east-1', 'east');
    await passed('unit-west-1', 'west');
    await courier.settled();
    expect([idsAt(east), idsAt(west)]).toEqual([['unit-east-1'], ['unit-west-1']]);
    expect([stateOf('east')?.quotaLimit, stateOf('west')?.quotaLimit]).toEqual([300, 40]);
    expect([stateOf('east')?.quotaUsed, stateOf('west')?.quotaUsed]).toEqual([1, 1]);
  });

  it('do not wait for each other: one is refused and paused, the other goes on', async () => {
    west.simulator.setFaults({ failCalls: { calls: 1_000, status: 401 } });
    await passed('unit-west-2', 'west');
    await courier.settled();
    expect(stateOf('west')?.pause).toMatchObject({ problem: { code: 'credentials-refused' }, until: null });
    await passed('unit-east-2', 'east');
    await passed('unit-west-3', 'west');
    await courier.settled();
    expect(idsAt(east)).toEqual(['unit-east-1', 'unit-east-2']);
    expect(stateOf('east')?.pause).toBeNull();
    expect(idsAt(west)).toEqual(['unit-west-1']);
    west.simulator.setFaults({ failCalls: { calls: 0, status: 401 } });
    courier.flush();
    await courier.settled();
    expect(idsAt(west).sort()).toEqual(['unit-west-1', 'unit-west-2', 'unit-west-3']);
  });

  it('trust only their own authority', () => {
    expect(readFileSync(east.ready.caFile, 'utf8')).not.toBe(readFileSync(west.ready.caFile, 'utf8'));
  });
});
