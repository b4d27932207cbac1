import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connectBench } from '../../src/main/bench/bench-control.ts';
import { benchRecipes, benchSecrets, benchSettings } from '../../src/main/bench/bench-settings.ts';
import { createOperator, type DemoUnit } from '../../src/main/bench/operator.ts';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import type { BenchBoard, BenchReady, BoardFault } from '../../src/shared/bench.ts';
import type { GroupOrder } from '../../src/shared/enrollment-group.ts';
import type { EntryOperation } from '../../src/shared/enrollment-list.ts';
import type { SimulatedBench } from '../../src/simulation/bench/simulated-bench.ts';
import { valueFrom } from '../doubles/books.ts';
import { startTestBench } from '../doubles/test-bench.ts';
import { serviceCaller } from '../interop/dps-bench.ts';
import { registryCaller } from '../interop/hub-bench.ts';

/*
 * Every kind of unit from its label to its proof: simulated boards on real lines, the simulated service over HTTPS. The
 * service is asked by a client of its own what it holds.
 */

let bench: SimulatedBench | null = null;
let station: StationHandle | null = null;
let folder: string | null = null;

afterEach(async () => {
  await station?.stop();
  await bench?.stop();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  station = null;
  bench = null;
  folder = null;
});

/** A station at a fresh bench, for one of the bench's recipes. */
async function open(
  recipe: string,
  change: (recipe: Record<string, unknown>) => object = (same) => same,
): Promise<{ handle: StationHandle; simulated: SimulatedBench }> {
  const simulated = await startTestBench();
  bench = simulated;
  folder = mkdtempSync(join(tmpdir(), 'kinds-'));
  const file = join(simulated.ready.recipesFolder, `${recipe}.json`);
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
  const settings = { ...benchSettings(simulated.ready, { station: 's', slots: 2 }, recipe), scanner: null };
  const handle = valueFrom(
    await openStation({
      dataFolder: folder,
      settings,
      recipe: valueFrom(loadRecipe(settings.recipe)),
      door: 'test',
      actor: 'tester',
      secrets: benchSecrets(simulated.ready),
      times: { answer: 2_000, silence: 2_000 },
    }),
  );
  station = handle;
  return { handle, simulated };
}

/** Takes boards through the station as an operator would. */
async function work(handle: StationHandle, simulated: SimulatedBench, units: readonly DemoUnit[]): Promise<void> {
  const control = connectBench(simulated.ready.control);
  // No scanner here: what it would send is scanned by hand.
  const withHand: typeof control = {
    ...control,
    call: async (verb, request) => {
      if (verb === 'scan') await handle.scan((request as { text: string }).text);
      return control.call(verb, request);
    },
  };
  await createOperator(handle, withHand, 2).work(units);
  await handle.settled();
  expect(simulated.bench.state().boards.filter((board) => board.slot !== null)).toEqual([]);
}

function unitOf(board: BenchBoard, withMac: boolean): DemoUnit {
  const serial = `SN${board.mac.slice(-6).toUpperCase()}`;
  return { board: board.board, serial, label: withMac ? `${serial};${board.mac}` : serial };
}

type Held = { readonly json: Record<string, unknown> & { readonly registrationState?: { readonly status?: string } } };

describe.each([
  ['mxchip-devkit', 'x509'],
  ['mxchip-devkit-symmetric-key', 'symmetricKey'],
  ['linux-tpm', 'tpm'],
  ['x509-station', 'x509'],
] as const)('units of %s', (recipe, attestation) => {
  it('pass, are enrolled, register by themselves, and are proved', async () => {
    const { handle, simulated } = await open(recipe);
    const boards = await simulated.bench.makeBoards(2, benchRecipes[recipe] ?? '1.6.5');
    const units = boards.map((board) => unitOf(board, recipe.startsWith('mxchip')));
    await work(handle, simulated, units);
    const ask = serviceCaller(simulated.ready.dps as NonNullable<typeof simulated.ready.dps>);
    const ids: string[] = [];
    for (const unit of units) {
      const { latest } = valueFrom(await handle.books.unit(unit.serial));
      expect(latest?.state).toMatchObject({ step: 'done', outcome: 'passed', identity: { attestation } });
      const id = latest?.state.step === 'done' ? (latest.state.identity?.registrationId ?? '') : '';
      ids.push(id);
      const held = (await ask('GET', `/enrollments/${id}`)) as Held;
      expect(held.json).toMatchObject({
        registrationId: id,
        deviceId: unit.serial,
        attestation: { type: attestation },
      });
    }
    const registered = await simulated.bench.powerUp(boards.map((board) => board.board));
    expect(registered.map((board) => board.registeredWith)).toEqual(ids);
    await handle.lookAtAll();
    for (const unit of units) {
      const { latest } = valueFrom(await handle.books.unit(unit.serial));
      expect(latest?.state).toMatchObject({ outcome: 'passed', provedAt: expect.any(String) });
    }
  });
});

describe('units that come in through a group', () => {
  /** Takes two boards through the station, lets them register, and answers what became of the units. */
  async function throughGroup(
    recipe: string,
    change: (recipe: Record<string, unknown>) => object,
    orderFor: (ready: BenchReady) => GroupOrder,
  ) {
    const { handle, simulated } = await open(recipe, change);
    const order = orderFor(simulated.ready);
    valueFrom(await handle.enrollments.putGroup('default', order, 'engineer'));
    const boards = await simulated.bench.makeBoards(2, benchRecipes[recipe] ?? '1.6.5');
    const units = boards.map((board) => unitOf(board, recipe.startsWith('mxchip')));
    await work(handle, simulated, units);
    await simulated.bench.powerUp(boards.map((board) => board.board));
    await handle.lookAtAll();
    const ask = serviceCaller(simulated.ready.dps as NonNullable<typeof simulated.ready.dps>);
    for (const unit of units) {
      const { latest } = valueFrom(await handle.books.unit(unit.serial));
      const id = unit.serial.toLowerCase();
      expect(latest?.state).toMatchObject({
        outcome: 'passed',
        provedAt: expect.any(String),
        identity: { registrationId: id, group: order.id },
      });
      // No item for each unit: the service has the group alone, and a registration that came through it.
      expect(((await ask('GET', `/enrollments/${id}`)) as { status: number }).status).toBe(404);
      expect(((await ask('GET', `/registrations/${id}`)) as Held).json).toMatchObject({ status: 'assigned' });
    }
    return handle;
  }

  it('get keys that are derived from the key of the group, which the vault holds', async () => {
    const change = (recipe: Record<string, unknown>) => ({
      ...recipe,
      groupKeySecret: 'line-3',
      enrollment: { instance: 'default', group: 'line-3' },
    });
    const handle = await throughGroup('mxchip-devkit-symmetric-key', change, () => ({
      id: 'line-3',
      credential: { kind: 'key', secret: 'line-3' },
      settings: { provisioningStatus: 'enabled' },
    }));
    const { items } = valueFrom(await handle.books.counts());
    expect(items).toMatchObject({ pending: 0, delivered: 2, parked: 0 });
  });

  it('get certificates of the issuing CA that the group trusts', async () => {
    const change = ({ enrollment: _, ...recipe }: Record<string, unknown>) => ({
      ...recipe,
      enrollment: { instance: 'default', group: 'plant' },
    });
    await throughGroup('x509-station', change, (ready) => ({
      id: 'plant',
      credential: {
        kind: 'certificates',
        primary: readFileSync(join(ready.recipesFolder, 'issuing-ca.pem'), 'utf8'),
      },
      settings: { provisioningStatus: 'enabled' },
    }));
  });
});

describe('secrets', () => {
  it('of symmetric keys stand in no row, log or snapshot; what the service holds is what the board got', async () => {
    const { handle, simulated } = await open('mxchip-devkit-symmetric-key');
    const shown: string[] = [];
    handle.onChange(() => void shown.push(JSON.stringify(handle.snapshot())));
    const [board] = await simulated.bench.makeBoards(1, '1.6.5');
    const unit = unitOf(board as BenchBoard, true);
    await work(handle, simulated, [unit]);
    const id = unit.serial.toLowerCase();
    const ask = serviceCaller(simulated.ready.dps as NonNullable<typeof simulated.ready.dps>);
    const revealed = (await ask('POST', `/enrollments/${id}/attestationmechanism`)) as Held;
    const { primaryKey, secondaryKey } = revealed.json['symmetricKey'] as Record<string, string>;
    await handle.lookAtAll();
    await handle.stop();
    station = null;
    const training = join(folder ?? '', 'training');
    const kept = ['station.db', 'station.db-wal', 'station.log'].map((name) => join(training, name));
    const texts = [...shown, ...kept.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'latin1'))];
    expect(texts.length).toBeGreaterThan(2);
    for (const key of [primaryKey ?? '', secondaryKey ?? '']) {
      expect(Buffer.from(key, 'base64')).toHaveLength(32);
      const forms = [key, Buffer.from(key, 'base64').toString('hex')];
      expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
    }
  });

  it('of certificates reach the board alone; the chain leads to the issuing CA', async () => {
    const { handle, simulated } = await open('x509-station');
    const [board] = await simulated.bench.makeBoards(1, 'linux');
    const unit = unitOf(board as BenchBoard, false);
    await work(handle, simulated, [unit]);
    const { latest } = valueFrom(await handle.books.unit(unit.serial));
    const identity = latest?.state.step === 'done' ? latest.state.identity : null;
    if (identity?.attestation !== 'x509') throw new Error('no certificate');
    const certificate = new X509Certificate(identity.certificatePem);
    const issuer = new X509Certificate(readFileSync(join(simulated.ready.recipesFolder, 'issuing-ca.pem')));
    expect(certificate.subject).toBe(`CN=${unit.serial.toLowerCase()}`);
    expect(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    await handle.stop();
    station = null;
    const books = readFileSync(join(folder ?? '', 'training', 'station.db'), 'latin1');
    expect(books).not.toContain('PRIVATE KEY');
  });
});

describe('a Linux board in trouble while it gets its key', () => {
  /** Takes one board through by hand and waits for the verdict. */
  async function verdictOf(fault: BoardFault, recipe = 'x509-station') {
    const { handle, simulated } = await open(recipe);
    const [made] = await simulated.bench.makeBoards(1, 'linux');
    const board = made as BenchBoard;
    const unit = unitOf(board, false);
    const state = async () => valueFrom(await handle.books.unit(unit.serial)).latest?.state;
    const workOnce = async () => {
      const before = valueFrom(await handle.books.unit(unit.serial)).latest?.id;
      valueFrom(await handle.scan(unit.label));
      await simulated.bench.plug(board.board, 1);
      await expect
        .poll(
          async () => {
            const { latest } = valueFrom(await handle.books.unit(unit.serial));
            return latest?.id !== before && latest?.state.step;
          },
          { timeout: 50_000 },
        )
        .toBe('done');
      await handle.settled();
    };
    simulated.bench.setFault(board.board, fault);
    await workOnce();
    const ask = serviceCaller(simulated.ready.dps as NonNullable<typeof simulated.ready.dps>);
    const enrolled = ((await ask('GET', `/enrollments/${unit.serial.toLowerCase()}`)) as { status: number }).status;
    return { handle, simulated, board, state, workOnce, enrolled };
  }

  it('write-failure fails it; nothing is enrolled, it can be done again', async () => {
    const { simulated, board, state, workOnce, enrolled } = await verdictOf('write-failure');
    expect(await state()).toMatchObject({ outcome: 'failed', problem: { code: 'shell-command-failed' } });
    expect(enrolled).toBe(404);
    await simulated.bench.unplug(board.board);
    simulated.bench.setFault(board.board, 'none');
    await workOnce();
    expect(await state()).toMatchObject({ outcome: 'passed' });
  });

  it.each(['verify-failure', 'reboot-in-write', 'unplug-in-write'] as const)(
    '%s leaves open whether it has the key: it is enrolled, and passes when the board registers',
    async (fault) => {
      const { handle, simulated, board, state, enrolled } = await verdictOf(fault);
      expect(await state()).toMatchObject({ outcome: 'unsettled' });
      expect(enrolled).toBe(200);
      simulated.bench.setFault(board.board, 'none');
      if (fault !== 'unplug-in-write') await simulated.bench.unplug(board.board);
      await simulated.bench.powerUp([board.board]);
      await handle.lookAtAll();
      expect(await state()).toMatchObject({ outcome: 'passed', provedAt: expect.any(String) });
    },
  );

  it('a board that says nothing is given up with a remedy, and has no enrollment', async () => {
    const { state, enrolled } = await verdictOf('silence', 'linux-tpm');
    expect(await state()).toMatchObject({ outcome: 'failed', problem: { code: expect.stringMatching(/^board-/) } });
    expect(enrolled).toBe(404);
  });
});

it('a device that registered is paused, sent to register again and retired, at its hub too', async () => {
  const { handle, simulated } = await open('linux-tpm');
  const [made] = await simulated.bench.makeBoards(1, 'linux');
  const board = made as BenchBoard;
  const unit = unitOf(board, false);
  await work(handle, simulated, [unit]);
  await simulated.bench.powerUp([board.board]);
  await handle.lookAtAll();
  const { latest } = valueFrom(await handle.books.unit(unit.serial));
  const id = latest?.state.step === 'done' ? (latest.state.identity?.registrationId ?? '') : '';
  const dps = simulated.ready.dps as NonNullable<typeof simulated.ready.dps>;
  const ask = serviceCaller(dps);
  const [hub] = dps.hubs ?? [];
  if (hub === undefined) throw new Error('the bench has no hub');
  const registry = registryCaller({ hub, caFile: dps.caFile });
  const inHub = async (deviceId: string) => {
    const { status, json } = await registry('GET', `/devices/${deviceId}`);
    return status === 404 ? null : json;
  };
  const operate = async (operation: EntryOperation, confirm = '') => {
    const order = { instance: 'default', kind: 'individual', ids: [id], operation, confirm, actor: 'E-7' } as const;
    const [result] = valueFrom(await handle.enrollments.operate(order));
    return `${result?.done} of ${result?.of}`;
  };
  expect(await inHub(unit.serial)).toMatchObject({ status: 'enabled' });
  expect(await operate('pause')).toBe('2 of 2');
  expect(await inHub(unit.serial)).toMatchObject({ status: 'disabled' });
  expect(await operate('resume')).toBe('2 of 2');
  expect(await inHub(unit.serial)).toMatchObject({ status: 'enabled' });
  expect(await operate('trigger-reprovisioning', '1')).toBe('2 of 2');
  expect(await inHub(unit.serial)).toBeNull();
  expect(((await ask('GET', `/registrations/${id}`)) as { status: number }).status).toBe(404);
  await simulated.bench.powerUp([board.board]);
  expect(await inHub(unit.serial)).toMatchObject({ status: 'enabled' });
  expect(await operate('retire', '1')).toBe('3 of 3');
  expect(await inHub(unit.serial)).toBeNull();
  expect(((await ask('GET', `/enrollments/${id}`)) as { status: number }).status).toBe(404);
});
