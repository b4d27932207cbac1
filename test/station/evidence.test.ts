import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { connectBench } from '../../src/main/bench/bench-control.ts';
import { benchRecipes, benchSecrets, benchSettings } from '../../src/main/bench/bench-settings.ts';
import { createOperator, type DemoUnit } from '../../src/main/bench/operator.ts';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import type { BenchBoard } from '../../src/shared/bench.ts';
import type { SimulatedBench } from '../../src/simulation/bench/simulated-bench.ts';
import { valueFrom } from '../doubles/books.ts';
import { startTestBench } from '../doubles/test-bench.ts';
import { serviceCaller } from '../interop/dps-bench.ts';

/*
 * Packs of evidence of real station runs, judged with the script in them alone: a shell, openssl and coreutils.
 */

const script = join(import.meta.dirname, '../../resources/evidence/verify.sh');
let bench: SimulatedBench | null = null;
let station: StationHandle | null = null;
const folders: string[] = [];

afterEach(async () => {
  await station?.stop();
  await bench?.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  station = null;
  bench = null;
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  folders.push(folder);
  return folder;
}

type Made = {
  readonly handle: StationHandle;
  readonly simulated: SimulatedBench;
  readonly unit: DemoUnit;
  readonly folder: string;
};

/** A unit of one of the bench's recipes that passed, registered, and was taken away. */
async function madeUnit(
  recipe: string,
  change: (recipe: Record<string, unknown>) => object = (same) => same,
  before: (handle: StationHandle, simulated: SimulatedBench) => Promise<void> = async () => {},
): Promise<Made> {
  const simulated = await startTestBench();
  bench = simulated;
  const folder = newFolder();
  const file = join(simulated.ready.recipesFolder, `${recipe}.json`);
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
  const settings = { ...benchSettings(simulated.ready, { station: 'bench "7"', slots: 2 }, recipe), scanner: null };
  const handle = valueFrom(
    await openStation({
      dataFolder: folder,
      settings,
      recipe: valueFrom(loadRecipe(settings.recipe)),
      door: 'test',
      actor: 'W-1',
      secrets: benchSecrets(simulated.ready),
      times: { answer: 2_000, silence: 2_000 },
    }),
  );
  station = handle;
  await before(handle, simulated);
  const [board] = await simulated.bench.makeBoards(1, benchRecipes[recipe] ?? '1.6.5');
  const unit = unitOf(board as BenchBoard, recipe.startsWith('mxchip'));
  const control = connectBench(simulated.ready.control);
  const withHand: typeof control = {
    ...control,
    call: async (verb, request) => {
      if (verb === 'scan') await handle.scan((request as { text: string }).text);
      return control.call(verb, request);
    },
  };
  await createOperator(handle, withHand, 2).work([unit]);
  await handle.settled();
  await expect.poll(() => simulated.bench.state().boards.filter((one) => one.slot !== null)).toEqual([]);
  await simulated.bench.powerUp([unit.board]);
  return { handle, simulated, unit, folder };
}

function unitOf(board: BenchBoard, withMac: boolean): DemoUnit {
  const serial = `SN${board.mac.slice(-6).toUpperCase()}`;
  return { board: board.board, serial, label: withMac ? `${serial};${board.mac}` : serial };
}

/** Verifies the unit and unpacks its evidence into a folder. */
async function unpacked({ handle, unit }: Made, slot: number | null = null) {
  const { calls, finished } = handle.quality;
  const order = { slot, ask: 'last-registration', hands: false, lot: null, confirm: false, actor: 'Q-1' } as const;
  const { id } = valueFrom(await calls.verify({ ...order, text: unit.serial }));
  await finished(id);
  const { state } = valueFrom(await calls.verification({ id }));
  const pack = valueFrom(await calls['evidence-pack']({ serial: unit.serial, actor: 'Q-1' }));
  const files = unzipSync(Buffer.from(pack.base64, 'base64'));
  const folder = newFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return { folder, files, state, pack };
}

/** Runs a script on a pack; its status and what it said. */
function judged(folder: string, by: string = join(folder, 'verify.sh'), ...more: string[]) {
  const { status, stdout } = spawnSync('sh', [by, folder, ...more], { encoding: 'utf8' });
  return { status, stdout, bad: stdout.split('\n').filter((line) => line.startsWith('FAIL')) };
}

const selfSigned = ({ issuer: _, ...recipe }: Record<string, unknown>) => ({ ...recipe, issuer: {} });
const inGroup = ({ enrollment: _, ...recipe }: Record<string, unknown>) => ({
  ...recipe,
  enrollment: { instance: 'default', group: 'plant' },
});
const makeGroup = async (handle: StationHandle, simulated: SimulatedBench): Promise<void> => {
  const primary = readFileSync(join(simulated.ready.recipesFolder, 'issuing-ca.pem'), 'utf8');
  const order = {
    id: 'plant',
    credential: { kind: 'certificates', primary },
    settings: { provisioningStatus: 'enabled' },
  } as const;
  valueFrom(await handle.enrollments.putGroup('default', order, 'engineer'));
};

describe.each([
  ['mxchip-devkit', 'alias', 'hub-thumbprint', undefined, undefined],
  ['mxchip-devkit-symmetric-key', 'symmetric-key', 'hub-authentication', undefined, undefined],
  ['linux-tpm', 'endorsement-key', 'board-endorsement-key', undefined, undefined],
  ['x509-station', 'issued', 'board-key', undefined, undefined],
  ['x509-station', 'self-signed', 'board-key', selfSigned, undefined],
  ['x509-station', 'issued', 'entry-enabled', inGroup, makeGroup],
] as const)('a unit of %s (%s, %s)', (recipe, credential, check, change, before) => {
  it('passes at the bench, and its pack holds by openssl and coreutils alone', async () => {
    const made = await madeUnit(recipe, change, before);
    await made.simulated.bench.plug(made.unit.board, 1);
    await expect.poll(() => made.handle.snapshot().slots[0]?.state).toBe('idle');
    const { folder, files, state } = await unpacked(made, 1);
    const open = state.step === 'done' ? state.checks.filter((one) => one.verdict !== 'pass') : [];
    expect(open).toEqual([]);
    expect(state).toMatchObject({ step: 'done', verdict: 'pass' });
    const checks = state.step === 'done' ? state.checks.map((one) => one.check) : [];
    expect(checks).toEqual(expect.arrayContaining([check, 'entry', 'registration', 'hub-device', 'hub-enabled']));
    const { status, stdout, bad } = judged(folder);
    expect(bad).toEqual([]);
    expect(status).toBe(0);
    expect(stdout).toContain(`the station judged the unit ${made.unit.serial}: pass`);
    expect(stdout.includes('challenge.txt is signed with the key of certificate.pem')).toBe(recipe === 'x509-station');
    expect(Buffer.from(files['manifest.json'] ?? []).toString()).toContain(`"credential": "${credential}"`);
    const registration = JSON.parse(Buffer.from(files['registration.json'] ?? []).toString());
    expect(registration).toMatchObject({ status: 'assigned', deviceId: expect.any(String) });
    const record = JSON.parse(Buffer.from(files['unit.json'] ?? []).toString());
    expect(record.people).toEqual({ provisioned: 'W-1', verified: 'Q-1', packed: 'Q-1' });
    // Under the strictest shell at hand too, and with the key that the station published beside its books.
    const published = join(made.folder, 'training', 'station-key.pem');
    expect(judged(folder, script, published)).toMatchObject({ status: 0, bad: [] });
    expect(execFileSync('bash', ['--posix', script, folder], { encoding: 'utf8' })).toContain('The pack is whole.');
  });
});

describe('a pack that somebody changed', () => {
  it.each([
    ['mxchip-devkit', [0, 0.5, 1]],
    ['linux-tpm', [0.5]],
    ['x509-station', [0.5]],
  ] as const)(
    'does not hold: any file of a unit of %s with one other bit, or missing, or more',
    async (recipe, places) => {
      const { folder, files } = await unpacked(await madeUnit(recipe));
      expect(judged(folder, script).status).toBe(0);
      const names = Object.keys(files);
      expect(names.length).toBeGreaterThan(9);
      for (const name of names) {
        const bytes = files[name] ?? new Uint8Array();
        for (const place of places) {
          const other = Uint8Array.from(bytes);
          const at = Math.floor((bytes.length - 2) * place);
          other[at] = (other[at] ?? 0) ^ 1;
          writeFileSync(join(folder, name), other);
          expect({ name, at, status: judged(folder, script).status }).toEqual({ name, at, status: 1 });
        }
        rmSync(join(folder, name));
        expect({ name, status: judged(folder, script).status }).toEqual({ name, status: 1 });
        writeFileSync(join(folder, name), bytes);
      }
      writeFileSync(join(folder, 'more.txt'), 'x');
      expect(judged(folder, script).bad).toEqual(['FAIL  more.txt is not of this pack']);
    },
    180_000,
  );

  it('does not hold when somebody else signed it anew, as soon as the key is known from elsewhere', async () => {
    const made = await madeUnit('mxchip-devkit');
    const { folder } = await unpacked(made);
    const published = join(made.folder, 'training', 'station-key.pem');
    expect(judged(folder, script, published).status).toBe(0);
    const own = join(newFolder(), 'own.pem');
    execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', own]);
    execFileSync('openssl', ['ec', '-in', own, '-pubout', '-out', join(folder, 'station-key.pem')], {
      stdio: 'ignore',
    });
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    const sum = execFileSync('sha256sum', [join(folder, 'station-key.pem')], { encoding: 'utf8' }).slice(0, 64);
    writeFileSync(
      join(folder, 'manifest.json'),
      manifest.replace(/"station-key\.pem": "[0-9a-f]{64}"/, `"station-key.pem": "${sum}"`),
    );
    const signature = join(folder, 'manifest.sig');
    execFileSync('openssl', ['dgst', '-sha256', '-sign', own, '-out', signature, join(folder, 'manifest.json')]);
    expect(judged(folder, script)).toMatchObject({ status: 0 });
    expect(judged(folder, script, published).bad).toEqual(['FAIL  station-key.pem is the trusted key']);
  });
});

describe('secrets', () => {
  it('are in no pack: neither keys, nor what they are made from, nor connection strings', async () => {
    const made = await madeUnit('mxchip-devkit-symmetric-key');
    const { files, pack } = await unpacked(made);
    const dps = made.simulated.ready.dps as NonNullable<typeof made.simulated.ready.dps>;
    const ask = serviceCaller(dps);
    const revealed = await ask('POST', `/enrollments/${made.unit.serial.toLowerCase()}/attestationmechanism`);
    const { primaryKey, secondaryKey } = revealed.json.symmetricKey as Record<string, string>;
    const { live } = valueFrom(await made.handle.books.unit(made.unit.serial));
    const items = valueFrom(
      await made.handle.books.listItems({ states: ['delivered'], jobId: live?.id ?? '', after: 0, limit: 1 }),
    );
    const attestation = items.rows[0]?.enrollment?.attestation;
    const salt = attestation?.type === 'symmetricKey' ? attestation.keySalt : '';
    expect(salt).toMatch(/^[0-9a-f]{32}$/);
    const canaries = [primaryKey ?? '', secondaryKey ?? '', salt, ...benchSecrets(made.simulated.ready).values()];
    const forms = canaries.flatMap((canary) => [canary.trim(), Buffer.from(canary, 'base64').toString('hex')]);
    const texts = Object.values(files).map((bytes) => Buffer.from(bytes).toString('latin1'));
    for (const form of forms.filter((one) => one.length > 7)) {
      expect(texts.filter((text) => text.includes(form))).toEqual([]);
    }
    expect(forms.length).toBeGreaterThan(8);
    expect(texts.join('')).not.toContain('PRIVATE KEY');
    expect(pack.name).toBe(`evidence-${made.unit.serial}.zip`);
  });
});
