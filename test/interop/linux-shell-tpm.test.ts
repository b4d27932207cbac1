import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { valueFrom } from '../doubles/books.ts';
import { type DpsBench, serviceCaller, startDpsBench } from './dps-bench.ts';
import { type SoftTpm, startSoftTpm } from './soft-tpm.ts';

/*
 * The shipped recipe `linux-tpm` against parts that nobody here wrote: a real shell behind a real pseudo-terminal, the
 * real tpm2-tools and a software TPM.
 */

let bench: DpsBench | null = null;
let tpm: SoftTpm | null = null;
let shell: ChildProcess | null = null;
let station: StationHandle | null = null;
const folder = mkdtempSync(join(tmpdir(), 'linux-shell-'));

afterEach(async () => {
  await station?.stop();
  shell?.kill();
  await tpm?.stop();
  await bench?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a board with a real shell and a TPM is read, enrolled and recorded', { timeout: 120_000 }, async () => {
  bench = await startDpsBench();
  tpm = await startSoftTpm();
  const { ready } = bench;
  const lines = join(folder, 'lines');
  mkdirSync(lines);
  const line = join(lines, 'usb-FTDI_FT232R_USB_UART_REALSHELL-if00-port0');
  station = valueFrom(
    await openStation({
      dataFolder: join(folder, 'data'),
      settings: settingsSchema.parse({
        mode: 'training',
        slots: 1,
        lines: { from: 'folder', folder: lines },
        dps: {
          default: {
            connectionStringSecret: 'dps',
            idScope: ready.idScope,
            globalEndpoint: ready.host,
            port: ready.port,
            caFile: ready.caFile,
          },
        },
      }),
      recipe: valueFrom(loadRecipe('linux-tpm')),
      door: 'test',
      actor: 'tester',
      secrets: new Map([['dps', ready.serviceConnectionString]]),
    }),
  );
  valueFrom(await station.scan('SN-REAL-1'));
  // A line with a terminal of its own behind it, as a getty would have.
  shell = spawn('socat', [`pty,raw,echo=0,link=${line}`, 'exec:bash --norc -i,pty,setsid,ctty,stderr'], {
    stdio: 'ignore',
    env: { ...process.env, TPM2TOOLS_TCTI: tpm.tcti, PS1: '\\u@board:\\w# ', HISTFILE: '' },
  });
  const handle = station;
  const slot = await new Promise<ReturnType<StationHandle['snapshot']>['slots'][number]>((resolve) => {
    const stop = handle.onChange(() => {
      const [first] = handle.snapshot().slots;
      if (first?.state !== 'done' && first?.problem == null) return;
      stop();
      resolve(first);
    });
  });
  expect(readlinkSync(line)).toMatch(/^\/dev\/pts\//);
  expect(slot.verdict).toEqual({ outcome: 'passed', problem: null });
  await handle.settled();
  const { latest } = valueFrom(await handle.books.unit('SN-REAL-1'));
  const endorsementKey = tpm.endorsementKey.toString('base64');
  expect(latest?.state).toMatchObject({
    identity: { attestation: 'tpm', registrationId: tpm.registrationId, endorsementKey },
  });
  const identity = latest?.state.step === 'done' ? latest.state.identity : null;
  expect(identity?.attestation === 'tpm' && identity.storageRootKey).toMatch(/^ARo/);
  const held = await serviceCaller(ready)('GET', `/enrollments/${tpm.registrationId}`);
  expect(held.json).toMatchObject({
    registrationId: tpm.registrationId,
    deviceId: 'SN-REAL-1',
    attestation: { type: 'tpm', tpm: { endorsementKey } },
  });
});
