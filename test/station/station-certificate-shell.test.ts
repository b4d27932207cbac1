import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { systemRandom } from '../../src/main/adapters/system/system-random.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import { createLinuxBoard, type LinuxBoard } from '../../src/main/station/linux-board.ts';
import { createStationCertificateMaker } from '../../src/main/station/makers/station-certificate-maker.ts';
import type { SessionOptions } from '../../src/main/station/session-options.ts';
import type { RecipeOf } from '../../src/shared/recipe.ts';
import { ok } from '../../src/shared/result.ts';
import { valueFrom } from '../doubles/books.ts';
import { shellLine } from '../doubles/shell-line.ts';

/* How a certificate and its key come to a board whose shell is a real one: the files of this computer are the judge. */

let folder: string;
let board: LinuxBoard | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-shell-'));
});
afterEach(async () => {
  await board?.close();
  rmSync(folder, { recursive: true, force: true });
});

const place = (name: string): string => join(folder, name);

/** Makes an identity and writes it to `key` and `certificate`. */
async function write(more: { readonly key?: string; readonly afterwards?: string } = {}) {
  const tools = place('tools');
  mkdirSync(tools, { recursive: true });
  const loaded = valueFrom(loadRecipe('x509-station'));
  const { afterwards: _, ...paths } = (loaded.recipe as RecipeOf<'x509-station'>).write;
  const recipe: RecipeOf<'x509-station'> = {
    ...(loaded.recipe as RecipeOf<'x509-station'>),
    write: { ...paths, key: place('device.key'), certificate: place('device.pem'), ...more },
  };
  const options = {
    path: 'shell',
    recipe: loaded,
    opener: { open: async () => ok(shellLine(tools)) },
    clock: systemClock,
    random: systemRandom,
    times: { answer: 5_000, secretAnswer: 5_000, probe: 100, silence: 5_000, operator: 5_000 },
    isHere: () => true,
  } as unknown as SessionOptions;
  board = createLinuxBoard(options, recipe);
  expect(await board.perform({ effect: 'connect' })).toMatchObject({ event: 'connected' });
  expect(await board.perform({ effect: 'open-shell' })).toEqual({ event: 'shell-open' });
  const maker = createStationCertificateMaker(options, board, recipe);
  valueFrom(await maker.make('sn-1'));
  const event = await maker.write();
  await board.close();
  return event;
}

/** Whether both files are in place and belong together. */
function isPair(): boolean {
  const certificate = new X509Certificate(readFileSync(place('device.pem')));
  return certificate.checkPrivateKey(createPrivateKey(readFileSync(place('device.key'))));
}

it('both files are in place, for their owner alone, and nothing is left beside them', async () => {
  expect(await write({ afterwards: `touch '${place('restarted')}'` })).toEqual({ event: 'secret-acknowledged' });
  expect(isPair()).toBe(true);
  expect(['device.pem', 'device.key'].map((name) => statSync(place(name)).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(['restarted', 'device.pem.dps-new', 'device.key.dps-new'].map((name) => existsSync(place(name)))).toEqual([
    true,
    false,
    false,
  ]);
});

it('a key that cannot be written leaves a working board as it was', async () => {
  expect(await write()).toEqual({ event: 'secret-acknowledged' });
  const before = readFileSync(place('device.pem'), 'utf8');
  writeFileSync(place('no-folder'), '');
  expect(await write({ key: place('no-folder/device.key') })).toMatchObject({
    event: 'secret-refused',
    problem: { code: 'shell-command-failed' },
  });
  expect(readFileSync(place('device.pem'), 'utf8')).toBe(before);
  expect(isPair()).toBe(true);
});

it('a command afterwards that fails leaves open what the board does with its new identity', async () => {
  expect(await write({ afterwards: 'false' })).toMatchObject({
    event: 'secret-unknown',
    problem: { code: 'shell-command-failed', facts: { command: 'false', status: 1 } },
  });
  expect(isPair()).toBe(true);
});

it('so does a disk that fails when the files are in place', async () => {
  mkdirSync(place('tools'));
  const sync = place('tools/sync');
  writeFileSync(sync, `#!/bin/sh\n[ ! -e '${place('device.key')}' ]\n`);
  chmodSync(sync, 0o755);
  expect(await write()).toMatchObject({ event: 'secret-unknown', problem: { code: 'shell-command-failed' } });
  expect(isPair()).toBe(true);
});
