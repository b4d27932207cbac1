import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { CallInput } from '../../src/shared/contract.ts';
import type { RecipeOf } from '../../src/shared/recipe.ts';
import type { Verification } from '../../src/shared/verification.ts';
import { valueFrom } from '../doubles/books.ts';
import { openIdleStation } from '../doubles/idle-station.ts';
import { openStationBench, type StationBench, type TestBoard } from '../doubles/station-bench.ts';
import { type DpsBench, serviceCaller, startDpsBench } from '../interop/dps-bench.ts';

/*
 * QA at a real station: units made on simulated boards, then looked at again. What is wrong with them is done to the
 * service by a client of its own, never by the station.
 */

let dps: DpsBench | null = null;
let bench: StationBench | null = null;
afterEach(async () => {
  await bench?.close();
  await dps?.close();
  bench = null;
  dps = null;
});

type Open = { readonly dps: DpsBench; readonly bench: StationBench };

async function open(change?: (recipe: RecipeOf<'mxchip-devkit'>) => RecipeOf<'mxchip-devkit'>): Promise<Open> {
  const service = await startDpsBench();
  dps = service;
  const opened = await openStationBench(service, change === undefined ? {} : { recipe: change });
  bench = opened;
  opened.operate();
  return { dps: service, bench: opened };
}

/** Makes a unit that has left the line: delivered, registered, proved, its board taken away. */
async function finishedUnit({ bench: at }: Open, serial: string): Promise<{ board: TestBoard; id: string }> {
  const board = await at.makeBoard();
  const slot = await at.work(board, `${serial};${board.mac}`);
  expect(slot.verdict?.outcome).toBe('passed');
  await at.station().settled();
  at.unplug(board);
  expect(await at.powerUp(board)).toMatch(/^assigned /);
  const { live } = valueFrom(await at.station().books.unit(serial));
  const id = live?.state.step === 'done' ? (live.state.identity?.registrationId ?? '') : '';
  return { board, id };
}

const asked = { slot: null, ask: 'last-registration', hands: false, lot: null, confirm: false, actor: 'Q-1' } as const;

/** Verifies a unit and gives the finished verification. */
async function verified(
  { bench: at }: Open,
  text: string,
  change: Partial<CallInput<'verify'>> = {},
): Promise<Verification> {
  const { quality } = at.station();
  const { id } = valueFrom(await quality.calls.verify({ ...asked, text, ...change }));
  await quality.finished(id);
  return valueFrom(await quality.calls.verification({ id }));
}

/** What did not hold, as `check: code`. */
function openChecks({ state }: Verification): readonly string[] {
  if (state.step !== 'done') throw new Error(`it is ${state.step}`);
  return state.checks.filter((one) => one.verdict !== 'pass').map((one) => `${one.check}: ${one.problem?.code}`);
}

function verdictOf({ state }: Verification): string {
  return state.step === 'done' ? state.verdict : state.step;
}

const withTwin = (recipe: RecipeOf<'mxchip-devkit'>): RecipeOf<'mxchip-devkit'> => ({
  ...recipe,
  enrollment: {
    ...recipe.enrollment,
    deviceId: '{serial}',
    initialTwin: { tags: { line: '7' } },
    reprovisionPolicy: { updateHubAssignment: true, migrateDeviceData: false },
    optionalDeviceInformation: { batch: 'b1' },
  },
});

describe('a finished unit', () => {
  it('passes by records and service alone, each comparison with what was expected and found', async () => {
    const at = await open(withTwin);
    const { id } = await finishedUnit(at, 'SN000001');
    const result = await verified(at, 'SN000001');
    expect(openChecks(result)).toEqual([]);
    expect(verdictOf(result)).toBe('pass');
    const checks = result.state.step === 'done' ? result.state.checks : [];
    const thumbprint = at.dps.simulator.book()[0]?.sha256Thumbprint;
    expect(checks.find((one) => one.check === 'entry-credential')).toMatchObject({
      expected: thumbprint,
      found: thumbprint,
    });
    expect(checks.map((one) => one.check)).toEqual([
      'record',
      'audit',
      'certificate-dates',
      'certificate-issuer',
      'entry',
      'entry-credential',
      'entry-enabled',
      'entry-device-id',
      'entry-twin',
      'entry-reprovision-policy',
      'entry-device-information',
      'registration',
      'registration-since',
      'registration-device-id',
    ]);
    expect(checks.find((one) => one.check === 'entry-twin')).toMatchObject({ expected: '{"tags":{"line":"7"}}' });
    expect(checks.find((one) => one.check === 'registration-device-id')).toMatchObject({ found: 'SN000001' });
    expect(id).toMatch(/^az-/);
  });

  it('is known by its board, whose adapter, MAC and version are compared when a person presses the buttons', async () => {
    const at = await open();
    const { board } = await finishedUnit(at, 'SN000002');
    at.bench.plug(board);
    const slot = at.bench.slotOf(board)?.slot ?? 0;
    const result = await verified(at, '', { slot, hands: true });
    expect(result.serial).toBe('SN000002');
    expect(openChecks(result)).toEqual([]);
    const checks = result.state.step === 'done' ? result.state.checks : [];
    const found = Object.fromEntries(checks.map((one) => [one.check, one.found]));
    expect(found).toMatchObject({
      'board-usb-serial': board.usbSerial,
      'board-mac': board.mac,
      'board-firmware': '1.6.5',
    });
    expect(at.bench.slotOf(board)?.state).toBe('idle');
  });

  it('is judged by a new registration only after somebody confirmed what that does', async () => {
    const at = await open(withTwin);
    const { board } = await finishedUnit(at, 'SN000003');
    const { calls } = at.bench.station().quality;
    expect(valueFrom(await calls['verify-preview']({ text: 'SN000003' }))).toMatchObject({
      effect: { data: 'resets', hub: 'may-change' },
    });
    const order = { ...asked, text: 'SN000003', ask: 'new-registration' } as const;
    expect(await calls.verify(order)).toMatchObject({ problem: { code: 'new-registration-needs-board' } });
    at.bench.plug(board);
    const slot = at.bench.slotOf(board)?.slot ?? 0;
    expect(await calls.verify({ ...order, slot })).toMatchObject({ problem: { code: 'new-registration-unconfirmed' } });
    const before = at.dps.simulator.counters().registrations;
    const result = await verified(at, 'SN000003', { ask: 'new-registration', slot, confirm: true });
    expect(openChecks(result)).toEqual([]);
    expect(at.dps.simulator.counters().registrations).toBeGreaterThan(before);
    const checks = result.state.step === 'done' ? result.state.checks : [];
    const names = checks.map((one) => one.check);
    expect(names).toEqual(expect.arrayContaining(['registration-new', 'board-registration-id', 'board-mac']));
  });
});

describe('what is wrong with a unit', () => {
  it('is found in the entry: disabled, another credential, another twin, a second credential, gone', async () => {
    const at = await open(withTwin);
    const { id } = await finishedUnit(at, 'SN000010');
    const { id: otherId } = await finishedUnit(at, 'SN000011');
    const ask = serviceCaller(at.dps.ready);
    const certificateOf = async (serial: string): Promise<string> => {
      const { live } = valueFrom(await at.bench.station().books.unit(serial));
      const identity = live?.state.step === 'done' ? live.state.identity : null;
      return identity?.attestation === 'x509' ? identity.certificatePem : '';
    };
    const [own, other] = [await certificateOf('SN000010'), await certificateOf('SN000011')];
    const put = async (certificates: object, more: object = {}): Promise<void> => {
      const { json } = await ask('GET', `/enrollments/${id}`);
      const { registrationState: _, ...rest } = json;
      const body = { ...rest, ...more, attestation: { type: 'x509', x509: { clientCertificates: certificates } } };
      const { status } = await ask('PUT', `/enrollments/${id}`, body, { 'If-Match': json.etag });
      expect(status).toBe(200);
    };
    const primary = { certificate: own };
    await put({ primary }, { provisioningStatus: 'disabled' });
    expect(openChecks(await verified(at, 'SN000010'))).toEqual(['entry-enabled: entry-disabled']);
    await put({ primary: { certificate: other } }, { provisioningStatus: 'enabled' });
    expect(openChecks(await verified(at, 'SN000010'))).toEqual(['entry-credential: enrollment-conflict']);
    await put({ primary }, { initialTwin: { tags: { line: '8' } } });
    expect(openChecks(await verified(at, 'SN000010'))).toEqual(['entry-twin: enrollment-drift']);
    await put({ primary, secondary: { certificate: other } }, { initialTwin: { tags: { line: '7' } } });
    const second = await verified(at, 'SN000010');
    expect(openChecks(second)).toEqual(['entry-second-credential: entry-second-credential']);
    expect(verdictOf(second)).toBe('cannot-tell');
    await ask('DELETE', `/enrollments/${id}`, undefined, { 'If-Match': '*' });
    const gone = await verified(at, 'SN000010');
    expect(verdictOf(gone)).toBe('fail');
    expect(openChecks(gone)[0]).toBe('entry: enrollment-not-found');
    expect(verdictOf(await verified(at, 'SN000011'))).toBe('pass');
    expect(otherId).not.toBe(id);
  });

  it('is found at the bench: another board under this label', async () => {
    const at = await open();
    await finishedUnit(at, 'SN000020');
    const { board } = await finishedUnit(at, 'SN000021');
    at.bench.plug(board);
    const slot = at.bench.slotOf(board)?.slot ?? 0;
    const swapped = await verified(at, 'SN000020', { slot });
    expect(verdictOf(swapped)).toBe('fail');
    expect(openChecks(swapped)).toEqual(['board-usb-serial: board-differs']);
  });

  it('is an open question, and no failure, when nobody answers or the unit never registered', async () => {
    const at = await open();
    await finishedUnit(at, 'SN000030');
    at.dps.simulator.setFaults({ outage: 'refuse' });
    const offline = await verified(at, 'SN000030');
    expect(verdictOf(offline)).toBe('cannot-tell');
    expect(openChecks(offline)).toEqual(['entry: network-down', 'registration: network-down']);
    expect(offline.state.step === 'done' && offline.state.reason?.code).toBe('network-down');
    at.dps.simulator.setFaults({ outage: 'none' });
    const { id } = await finishedUnit(at, 'SN000031');
    const ask = serviceCaller(at.dps.ready);
    expect((await ask('DELETE', `/registrations/${id}`, undefined, { 'If-Match': '*' })).status).toBe(204);
    const silent = await verified(at, 'SN000031');
    expect(openChecks(silent)).toEqual(['registration: registration-missing']);
    expect(verdictOf(silent)).toBe('cannot-tell');
    expect(verdictOf(await verified(at, 'SN-UNKNOWN'))).toBe('fail');
  });
});

describe('a verification', () => {
  it('writes nothing: not to the board, not to the service, not into the queue', async () => {
    const at = await open();
    const { board } = await finishedUnit(at, 'SN000040');
    await at.bench.station().lookAtAll();
    const books = async () => {
      const { items, jobs } = valueFrom(await at.bench.station().books.counts());
      return { items, jobs };
    };
    const zones = ['uds', 'hub', 'wifiSsid', 'wifiPassword'] as const;
    const memory = () => zones.map((zone) => board.memory.read(zone));
    const cloud = () => {
      const { created, duplicates, updated, deleted, groupWrites, bulkCalls } = at.dps.simulator.counters();
      return { created, duplicates, updated, deleted, groupWrites, bulkCalls };
    };
    at.bench.plug(board);
    const slot = at.bench.slotOf(board)?.slot ?? 0;
    const before = { writes: board.board.state().secretWrites, memory: memory(), cloud: cloud(), books: await books() };
    await verified(at, 'SN000040', { slot, hands: true });
    await verified(at, 'SN000040', { slot, ask: 'new-registration', confirm: true });
    await verified(at, 'SN000040');
    const after = { writes: board.board.state().secretWrites, memory: memory(), cloud: cloud(), books: await books() };
    expect(after).toEqual(before);
    expect(before.writes).toBe(1);
  });

  it('has a slot to itself, is stopped by an abort of the slot, and gives the slot back', async () => {
    const at = await open();
    const { board } = await finishedUnit(at, 'SN000050');
    at.bench.idle();
    at.bench.plug(board);
    const slot = at.bench.slotOf(board)?.slot ?? 0;
    const station = at.bench.station();
    const order = { ...asked, text: 'SN000050', slot, hands: true };
    const { id } = valueFrom(await station.quality.calls.verify(order));
    await at.bench.until((now) => now.slots[slot - 1]?.ask === 'enter-ap');
    expect(at.bench.slotOf(board)).toMatchObject({ state: 'working', serial: 'SN000050', verdict: null });
    expect(await station.quality.calls.verify(order)).toMatchObject({ problem: { code: 'slot-busy' } });
    expect(await station.quality.calls.verify({ ...order, slot: null })).toMatchObject({
      problem: { code: 'verification-running' },
    });
    valueFrom(await station.scan('SN000051;c89346000051'));
    valueFrom(await station.scan(`SLOT ${slot}`));
    expect(station.snapshot().waitingScan).toMatchObject({ serial: 'SN000051' });
    valueFrom(await station.scan('CANCEL'));
    expect(station.abort(slot, 'Q-2')).toBeNull();
    await station.quality.finished(id);
    const stopped = valueFrom(await station.quality.calls.verification({ id }));
    expect(stopped.state).toMatchObject({ verdict: 'cannot-tell', reason: { code: 'verification-stopped' } });
    expect(at.bench.slotOf(board)).toMatchObject({ state: 'idle' });
  });

  it('that a stop of the station interrupted is ended in the books, and cannot tell', async () => {
    const at = await open();
    const { board } = await finishedUnit(at, 'SN000060');
    at.bench.idle();
    at.bench.plug(board);
    const slot = at.bench.slotOf(board)?.slot ?? 0;
    const station = at.bench.station();
    const told: string[] = [];
    const stop = station.quality.watch((value) => void told.push(value?.running[0]?.state.step ?? 'none'));
    const { id } = valueFrom(await station.quality.calls.verify({ ...asked, text: 'SN000060', slot, hands: true }));
    await at.bench.until((now) => (now.slots[slot - 1]?.ask ?? null) !== null);
    await expect.poll(() => told).toContain('reading-board');
    stop();
    await station.stop();
    bench = null;
    onTestFinished(() => rmSync(at.bench.folder, { recursive: true, force: true }));
    const data = join(at.bench.folder, 'data');
    const hand = new DatabaseSync(join(data, 'training', 'station.db'));
    const read = (name: string) => hand.prepare('SELECT step, verdict, state FROM verification WHERE id = ?').get(name);
    expect(read(id)).toMatchObject({ step: 'done', verdict: 'cannot-tell' });
    const interrupted = { reason: { code: 'verification-interrupted' } };
    expect(JSON.parse(String(read(id)?.['state']))).toMatchObject(interrupted);
    // A process that was killed leaves it in the books as it was.
    hand
      .prepare(
        `INSERT INTO verification (id, serial, slot, job_id, ask, state, step, station, actor, mode, software_version, started_at)
         SELECT 'killed', serial, slot, job_id, ask, json_remove(json_set(state, '$.step', 'reading-entry'),
           '$.verdict', '$.checks', '$.reason'), 'reading-entry', station, actor, mode, software_version, started_at
         FROM verification WHERE id = ?`,
      )
      .run(id);
    await valueFrom(await openIdleStation(data, 'training', 'again')).stop();
    expect(read('killed')).toMatchObject({ step: 'done', verdict: 'cannot-tell' });
    expect(JSON.parse(String(read('killed')?.['state']))).toMatchObject(interrupted);
    hand.close();
  });
});
