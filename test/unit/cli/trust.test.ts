import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './terminal.ts';

/* The commands about records that can be trusted, as a person runs them one after the other. */

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

it('records are signed, judged, exported, backed up, and brought back from a damaged database', async () => {
  const run = (...words: string[]) => terminal.run([...words, '--mode', 'training']);
  expect(await run('audit', 'verify')).toMatchObject({ code: 0, stdout: 'Nothing is recorded yet.\n' });
  expect(await run('clock', 'accept', '--actor', 'lead-1')).toMatchObject({ code: 0 });
  expect(await run('audit', 'checkpoint', '--actor', 'lead-1')).toMatchObject({ code: 0 });
  const head = JSON.parse((await run('audit', 'head', '--json')).stdout) as {
    seq: number;
    hash: string;
    code: string;
    anchor: string;
  };
  expect(head.code).toBe(`${head.hash.slice(0, 4)}-${head.hash.slice(4, 8)}`);
  expect(head.anchor).toBe(`${head.seq}:${head.hash}`);

  const good = await run('audit', 'verify', '--anchor', `${head.seq}:${head.code}`);
  expect(good).toMatchObject({ code: 0, stderr: '' });
  expect(good.stdout).toContain(`Record ${head.seq} has the newest outside anchor`);
  const open = await run('audit', 'verify');
  expect(open.stdout).toContain('No outside anchor names a record: records that came after it could have been dropped');
  const bad = await run('audit', 'verify', '--anchor', `${head.seq}:${'0'.repeat(64)}`);
  expect(bad).toMatchObject({ code: 1, stdout: expect.stringContaining(`BAD: record ${head.seq}`) });
  expect(await run('audit', 'verify', '--anchor', 'x')).toMatchObject({ code: 2 });

  const out = join(terminal.folder, 'audit.ndjson');
  expect(await run('audit', 'export', '--out', out)).toMatchObject({ code: 0 });
  expect(readFileSync(out, 'utf8').split('\n')[0]).toContain('"format":"dps-station-audit/1"');

  expect(await run('backup', 'now')).toMatchObject({ code: 0 });
  const listed = await run('backup', 'list');
  expect(listed.stdout).toMatch(/up to record \d+/);
  expect(await run('restore')).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to restore') });

  const file = join(terminal.folder, 'data', 'training', 'station.db');
  const handle = openSync(file, 'r+');
  for (let at = 4096; at < statSync(file).size; at += 4096) writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, at);
  closeSync(handle);
  expect(await run('audit', 'checkpoint')).toMatchObject({ code: 1, stderr: expect.stringContaining('restore') });
  const restored = await run('restore', '--actor', 'lead-1');
  expect(restored).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Restored from') });
  expect(await run('audit', 'verify', '--anchor', head.anchor)).toMatchObject({ code: 0 });
}, 180_000);
