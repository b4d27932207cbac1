import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createByIdFinder, presenceFromById } from '../../src/main/adapters/line/by-id-finder.ts';
import { openProblemFrom } from '../../src/main/adapters/line/open-problem.ts';
import type { ListedPort } from '../../src/main/adapters/line/serialport-finder.ts';
import { createSerialportFinder } from '../../src/main/adapters/line/serialport-finder.ts';
import type { Schedule } from '../../src/main/adapters/line/watch-presence.ts';
import type { LineFinder, LinePresence, Unsubscribe } from '../../src/main/ports/line.ts';
import { openSocketLine } from '../../src/simulation/bench/socket-line.ts';

/** A schedule that runs when the test says so. */
function manualSchedule() {
  const waiting = new Set<() => void>();
  let armed = Promise.withResolvers<void>();
  const schedule: Schedule = (run) => {
    waiting.add(run);
    armed.resolve();
    return () => void waiting.delete(run);
  };
  return {
    schedule,
    waiting,
    /** Resolves when a timer is armed, then fires it. */
    async tick() {
      while (waiting.size === 0) {
        armed = Promise.withResolvers();
        await armed.promise;
      }
      for (const run of [...waiting]) {
        waiting.delete(run);
        run();
      }
    },
  };
}

const neverByItself: Schedule = () => () => {};

/** Collects what a finder tells; `next(count)` resolves with the first list of that length from now on. */
function watching(finder: LineFinder) {
  const lists: (readonly LinePresence[])[] = [];
  let onList = () => {};
  const stop = finder.watch((present) => {
    lists.push(present);
    onList();
  });
  const until = (done: () => boolean) =>
    new Promise<void>((resolve) => {
      onList = () => done() && resolve();
      onList();
    });
  return { lists, stop, until, untilLength: (count: number) => until(() => lists.at(-1)?.length === count) };
}

describe('the finder of serialport', () => {
  const stLink: ListedPort = { path: '/dev/ttyACM0', serialNumber: '0672FF', vendorId: '0483', productId: '374B' };

  it('lists with lower-case ids, null for what is unknown, sorted by path', async () => {
    const listPorts = async () => [stLink, { path: '/dev/tty.usbmodem1', vendorId: '483' }, { path: '/dev/ttyS0' }];
    expect(await createSerialportFinder({ intervalInMs: 1, listPorts }).list()).toEqual({
      ok: true,
      value: [
        { path: '/dev/cu.usbmodem1', usbSerial: null, vendorId: '0483', productId: null },
        { path: '/dev/ttyACM0', usbSerial: '0672FF', vendorId: '0483', productId: '374b' },
        { path: '/dev/ttyS0', usbSerial: null, vendorId: null, productId: null },
      ],
    });
  });

  it('asks the real system: a list, or the reason why there is none', async () => {
    // On Linux serialport asks the program udevadm, which a container may lack.
    const answer = await createSerialportFinder({ intervalInMs: 1 }).list();
    if (!answer.ok)
      expect(answer.problem).toEqual({ code: 'ports-not-listable', facts: { reason: expect.any(String) } });
    else expect(Array.isArray(answer.value)).toBe(true);
  });

  it('names a list that fails', async () => {
    const listPorts = () => Promise.reject(new Error('udev is away'));
    expect(await createSerialportFinder({ intervalInMs: 1, listPorts }).list()).toEqual({
      ok: false,
      problem: { code: 'ports-not-listable', facts: { reason: 'udev is away' } },
    });
  });

  it('tells the first list at once and then changes only, also across a list that fails', async () => {
    const answers: (() => Promise<ListedPort[]>)[] = [
      async () => [],
      async () => [],
      async () => [stLink],
      () => Promise.reject(new Error('now and then')),
      async () => [stLink],
      async () => [],
    ];
    const clock = manualSchedule();
    let asked = 0;
    const listPorts = () => (answers[asked++] ?? (async () => []))();
    const seen = watching(createSerialportFinder({ intervalInMs: 500, listPorts, schedule: clock.schedule }));
    for (let turn = 0; turn < 5; turn++) await clock.tick();
    await seen.until(() => seen.lists.length === 3);
    expect(seen.lists.map((list) => list.length)).toEqual([0, 1, 0]);
    seen.stop();
    seen.stop();
    expect(clock.waiting.size).toBe(0);
  });
});

describe('the finder of a folder like /dev/serial/by-id', () => {
  const board = (serial: string) => `usb-STMicroelectronics_STM32_STLink_${serial}-if02`;
  let root = '';
  let folder = '';
  let tty = '';
  let stops: Unsubscribe[] = [];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'by-id-'));
    folder = join(root, 'by-id');
    tty = join(root, 'ttyACM0');
    stops = [];
    await writeFile(tty, '');
  });
  afterEach(async () => {
    for (const stop of stops) stop();
    await rm(root, { recursive: true });
  });
  const watched = (schedule: Schedule) => {
    const seen = watching(createByIdFinder({ folder, intervalInMs: 1000, schedule }));
    stops.push(seen.stop);
    return seen;
  };
  const plug = (serial: string) => symlink(tty, join(folder, board(serial)));
  const unplug = (serial: string) => rm(join(folder, board(serial)));

  it.each<[string, Omit<LinePresence, 'path'> | null]>([
    [board('0672FF485550755187121723'), { usbSerial: '0672FF485550755187121723', vendorId: '0483', productId: '374b' }],
    ['usb-FTDI_FT232R_USB_UART_A5069RR4-if00-port0', { usbSerial: 'A5069RR4', vendorId: '0403', productId: '6001' }],
    ['usb-1a86_USB2.0-Serial-if00-port0', { usbSerial: 'USB2.0-Serial', vendorId: null, productId: null }],
    ['pci-0000_00', null],
    ['usb-nothing-if02', null],
    ['.lock', null],
  ])('reads the name %s', (name, expected) => {
    const presence = presenceFromById('/dev/serial/by-id', name);
    expect(presence).toEqual(expected === null ? null : { path: `/dev/serial/by-id/${name}`, ...expected });
  });

  it('finds nothing in a folder that is not there, and refuses what is no folder', async () => {
    expect(await createByIdFinder({ folder, intervalInMs: 1 }).list()).toEqual({ ok: true, value: [] });
    expect(await createByIdFinder({ folder: tty, intervalInMs: 1 }).list()).toEqual({
      ok: false,
      problem: { code: 'ports-not-listable', facts: { reason: 'ENOTDIR' } },
    });
  });

  it('leaves out links that lead nowhere', async () => {
    await mkdir(folder);
    await plug('AA');
    await symlink(join(root, 'gone'), join(folder, board('BB')));
    const found = await createByIdFinder({ folder, intervalInMs: 1 }).list();
    expect(found).toMatchObject({ ok: true, value: [{ usbSerial: 'AA' }] });
  });

  it('lists the files of simulated lines exactly as links, and nothing that lies beside them', async () => {
    await mkdir(folder);
    await plug('AA');
    const byLink = await createByIdFinder({ folder, intervalInMs: 1 }).list();
    await unplug('AA');
    const seen = watched(neverByItself);
    await seen.untilLength(0);
    const line = await openSocketLine(join(folder, board('AA')), () => {});
    await seen.untilLength(1);
    expect({ ok: true, value: seen.lists.at(-1) }).toEqual(byLink);
    expect(await readdir(folder)).toHaveLength(2);
    await line.close();
    await seen.untilLength(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('notices boards by the watch alone', async () => {
    await mkdir(folder);
    const seen = watched(neverByItself);
    await seen.untilLength(0);
    await plug('AA');
    await seen.untilLength(1);
    await plug('BB');
    await seen.untilLength(2);
    await unplug('AA');
    await seen.untilLength(1);
    expect(seen.lists.at(-1)?.[0]?.usbSerial).toBe('BB');
  });

  it('notices by the poll a folder that comes, goes and comes again, and watches the new one', async () => {
    const clock = manualSchedule();
    const seen = watched(clock.schedule);
    await seen.untilLength(0);
    for (let turn = 0; turn < 2; turn++) {
      const next = join(root, `next-${turn}`);
      await mkdir(next);
      await symlink(tty, join(next, board('AA')));
      await rename(next, folder);
      await clock.tick();
      await seen.untilLength(1);
      // The folder is watched by now: no tick is needed for what happens inside it.
      await unplug('AA');
      await seen.untilLength(0);
      await rm(folder, { recursive: true });
      await clock.tick();
    }
  });

  it('is silent after the end', async () => {
    await mkdir(folder);
    const clock = manualSchedule();
    const seen = watched(clock.schedule);
    await seen.untilLength(0);
    seen.stop();
    expect(clock.waiting.size).toBe(0);
    const witness = watched(neverByItself);
    await witness.untilLength(0);
    await plug('AA');
    await witness.untilLength(1);
    expect(seen.lists).toEqual([[]]);
  });
});

describe('the error of an open', () => {
  it.each<[string, NodeJS.Platform, string]>([
    ['Error: No such file or directory, cannot open /dev/ttyACM9', 'linux', 'port-not-found'],
    ['Error: No such device or address, cannot open /dev/ttyACM9', 'linux', 'port-not-found'],
    ['Opening COM9: File not found', 'win32', 'port-not-found'],
    ['Error: Permission denied, cannot open /dev/ttyACM0', 'linux', 'port-no-permission'],
    ['Opening COM3: Access denied', 'win32', 'port-in-use'],
    ['Error Resource temporarily unavailable Cannot lock port', 'linux', 'port-in-use'],
    ['Error: Device or resource busy, cannot open /dev/ttyACM0', 'linux', 'port-in-use'],
    ['Error: Is a directory, cannot open /dev', 'linux', 'port-failed'],
  ])('%s (%s)', (message, platform, code) => {
    expect(openProblemFrom(new Error(message), '/dev/x', platform)).toMatchObject({ code, facts: { path: '/dev/x' } });
  });
});
