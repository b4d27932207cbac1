import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BenchDeed } from '../../src/shared/bench-panel.ts';
import { type HostUnderTest, openTestHost, temporaryFolder } from '../doubles/host.ts';

describe('a bench on a computer without socat', () => {
  // Of the programs of this computer none can be found.
  beforeEach(() => void vi.stubEnv('PATH', temporaryFolder()));
  afterEach(() => void vi.unstubAllEnvs());

  async function openedBench() {
    const under = openTestHost();
    expect(await under.until('host', (host) => host.state === 'open' || host.state === 'failed')).toMatchObject({
      state: 'open',
      bench: true,
    });
    const panel = await under.until('bench', (bench) => (bench?.tray.length ?? 0) > 1);
    return { under, tray: panel?.tray ?? [], lines: join(under.dataFolder, 'training', 'bench', 'lines') };
  }
  const handsOf = (under: HostUnderTest) => async (deed: BenchDeed) =>
    expect(await under.call('bench', { deed })).toEqual({ ok: true, value: {} });
  const boardsIn = (lines: string) => readdirSync(lines).filter((name) => name.startsWith('usb-'));

  it('hears the scanner and takes a unit to PASS', async () => {
    const { under, tray, lines } = await openedBench();
    const hands = handsOf(under);
    const [{ board, serial } = { board: '', serial: '' }] = tray;
    expect(lstatSync(join(lines, '..', 'scanner')).isFile()).toBe(true);
    await hands({ deed: 'scan', board });
    await under.until('station', (station) => station?.waitingScan?.serial === serial);
    await hands({ deed: 'plug', board });
    await under.until('station', (station) => station?.slots[0]?.ask === 'enter-configuration');
    expect(boardsIn(lines).map((name) => lstatSync(join(lines, name)).isFile())).toEqual([true]);
    await hands({ deed: 'press', board, buttons: 'enter-configuration' });
    await under.until('station', (station) => station?.slots[0]?.verdict?.outcome === 'passed');
    await hands({ deed: 'unplug', board });
    await under.until('station', (station) => station?.slots[0]?.path === null);
    expect(boardsIn(lines)).toEqual([]);
  });

  it('settles a unit whose cable is pulled in the middle of the write', async () => {
    const { under, tray, lines } = await openedBench();
    const hands = handsOf(under);
    const [{ board, serial } = { board: '', serial: '' }] = tray;
    await hands({ deed: 'fault', board, fault: 'unplug-in-write' });
    await hands({ deed: 'scan', board });
    await under.until('station', (station) => station?.waitingScan?.serial === serial);
    await hands({ deed: 'plug', board });
    await under.until('station', (station) => station?.slots[0]?.ask === 'enter-configuration');
    await hands({ deed: 'press', board, buttons: 'enter-configuration' });
    const after = await under.until('station', (station) => station?.slots[0]?.verdict?.outcome === 'unsettled');
    expect(after?.slots[0]?.verdict?.problem).toEqual({ code: 'line-lost', facts: {} });
    expect(boardsIn(lines)).toEqual([]);
    const pulled = await under.until('bench', (bench) => bench?.tray[0]?.slot === null);
    expect(pulled?.tray[0]).toMatchObject({ secretWrites: 1, mode: 'off' });
  });
});
