import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { systemRandom } from '../../src/main/adapters/system/system-random.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import { createUnitReader } from '../../src/main/station/quality/unit-reader.ts';
import { boardSigned } from '../../src/main/station/quality/unit-record.ts';
import type { PublicIdentity } from '../../src/shared/job.ts';
import type { RecipeOf } from '../../src/shared/recipe.ts';
import { ok } from '../../src/shared/result.ts';
import { valueFrom } from '../doubles/books.ts';
import { shellLine } from '../doubles/shell-line.ts';

/* What QA learns of a board whose shell, files and openssl are real ones. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reader-shell-'));
  mkdirSync(place('tools'));
  makePair('device');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);

/** A P-256 key and a certificate for it. */
function makePair(name: string): void {
  const files = ['-keyout', place(`${name}.key`), '-out', place(`${name}.pem`)];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...key, '-subj', '/CN=sn-1', '-days', '2', ...files], { stdio: 'ignore' });
}

/** Reads the board; its key is at `key`. */
async function read(key = place('device.key')) {
  const loaded = valueFrom(loadRecipe('x509-station')).recipe as RecipeOf<'x509-station'>;
  const recipe = {
    ...loaded,
    write: { ...loaded.write, certificate: place('device.pem') },
    read: { signature: `openssl dgst -sha256 -sign '${key}'` },
  };
  const reader = createUnitReader({
    recipe,
    serial: `it's $(touch ${place('touched')})`,
    hands: false,
    wantsMac: false,
    opener: { open: async () => ok(shellLine(place('tools'))) } as never,
    vault: {} as never,
    clock: systemClock,
    random: systemRandom,
    times: { answer: 5_000, secretAnswer: 5_000, probe: 100, silence: 5_000, operator: 5_000 } as never,
    loan: { slot: 1, path: 'shell', hardwareId: 'A1', isHere: () => true, ask: () => {}, giveBack: () => {} },
  });
  try {
    valueFrom(await reader.connect());
    const board = await reader.read();
    if (board.seen !== 'found') throw new Error(JSON.stringify(board));
    return board.value;
  } finally {
    await reader.close();
  }
}

const identity = (): PublicIdentity =>
  ({ attestation: 'x509', certificatePem: readFileSync(place('device.pem'), 'utf8') }) as PublicIdentity;

it('a board signs what nobody could know before, and openssl takes the signature', async () => {
  const [one, other] = [(await read()).challenge, (await read()).challenge];
  expect(one?.text).toMatch(/^dps-station\/challenge\/1 [A-Za-z0-9_-]+ [0-9a-f]{64}$/);
  expect(other?.text).not.toBe(one?.text);
  expect(boardSigned(identity(), one)).toBe(true);
  expect(boardSigned(identity(), one && { ...one, text: other?.text ?? '' })).toBe(false);
  writeFileSync(place('text'), one?.text ?? '');
  writeFileSync(place('sig'), Buffer.from(one?.signature ?? '', 'base64'));
  execFileSync('sh', ['-c', `openssl x509 -in '${place('device.pem')}' -noout -pubkey > '${place('key.pub')}'`]);
  const said = execFileSync('openssl', [
    ...['dgst', '-sha256', '-verify', place('key.pub'), '-signature', place('sig'), place('text')],
  ]);
  expect(said.toString()).toContain('Verified OK');
});

it('a board with a copy of a certificate has not its key', async () => {
  makePair('thief');
  const { certificate, challenge } = await read(place('thief.key'));
  expect(certificate).toBe(readFileSync(place('device.pem'), 'utf8'));
  expect(boardSigned(identity(), challenge)).toBe(false);
});

it('a board that cannot sign says so, whatever its shell says instead', async () => {
  expect((await read(place('nowhere.key'))).challenge).toMatchObject({ signature: null });
  writeFileSync(place('tools/openssl'), '#!/bin/sh\necho cannot; exit 1\n');
  chmodSync(place('tools/openssl'), 0o755);
  const { challenge } = await read();
  expect(challenge).toMatchObject({ signature: null });
  expect(boardSigned(identity(), challenge)).toBeNull();
});
