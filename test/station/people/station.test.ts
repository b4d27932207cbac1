import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPinHash } from '../../../src/main/adapters/people/pin-hash.ts';
import { createPeopleStore } from '../../../src/main/adapters/sqlite/people-store.ts';
import { openStation } from '../../../src/main/compose.ts';
import { recipeNow } from '../../../src/main/compose-people.ts';
import { loadRecipe } from '../../../src/main/compose-recipe.ts';
import type { LinePresence } from '../../../src/main/ports/line.ts';
import type { StationHandle } from '../../../src/main/ports/station-handle.ts';
import { type Settings, settingsSchema } from '../../../src/shared/settings.ts';
import type { StationSnapshot } from '../../../src/shared/station-snapshot.ts';
import { valueFrom } from '../../doubles/books.ts';
import { temporaryFolder } from '../../doubles/host.ts';
import { memoryPorts } from '../../doubles/line.ts';
import { testPin } from '../../doubles/people.ts';

/* Badges at a real station: its serial scanner, its people in the folder, and recipes that nobody approved. */

/** People of a folder as another process left them there: an engineer E with a PIN, an operator 7, a QA person 8. */
async function staffed(dataFolder: string): Promise<ReturnType<typeof createPeopleStore>> {
  const store = createPeopleStore(join(dataFolder, 'people.db'));
  onTestFinished(() => store.close());
  const pin = await createPinHash({ N: 2, r: 1, p: 1 }).make(testPin);
  valueFrom(store.put({ badge: 'E', roles: ['engineer'], pin, name: null }));
  valueFrom(store.put({ badge: '7', roles: ['operator'], pin: null, name: null }));
  valueFrom(store.put({ badge: '8', roles: ['qa'], pin: null, name: null }));
  return store;
}

/** Opens a station whose scanner and boards are in memory. */
async function openWithScanner(dataFolder: string, settings: Settings, recipe: string) {
  const ports = memoryPorts();
  ports.plug('/dev/scanner');
  const station = valueFrom(
    await openStation({
      dataFolder,
      settings: { ...settings, scanner: { path: '/dev/scanner', baudRate: 9_600 } },
      recipe: valueFrom(loadRecipe(recipe)),
      door: 'test',
      actor: 'tester',
      opener: ports.opener,
      finder: { list: async () => ({ ok: true, value: [] }), watch: () => () => {} },
    }),
  );
  onTestFinished(() => station.stop());
  const scans = (text: string): void => void ports.far('/dev/scanner')?.write(Buffer.from(`${text}\r\n`));
  await until(station, () => ports.far('/dev/scanner') !== null);
  return { station, scans };
}

function until(station: StationHandle, fact: (now: StationSnapshot) => boolean): Promise<StationSnapshot> {
  return new Promise((resolve) => {
    const check = (): void => {
      const now = station.snapshot();
      if (!fact(now)) return;
      stop();
      resolve(now);
    };
    const stop = station.onChange(check);
    check();
  });
}

describe('a serial scanner', () => {
  const training = settingsSchema.parse({ mode: 'training', bench: 'off' });

  it('puts people to work, and its labels are theirs; without a badge they are refused where the operator looks', async () => {
    const folder = temporaryFolder();
    await staffed(folder);
    const { station, scans } = await openWithScanner(folder, training, 'linux-tpm');
    scans('SN-1');
    const refused = await until(station, ({ scanCount }) => scanCount === 1);
    expect(refused).toMatchObject({ waitingScan: null, scanProblem: { code: 'badge-needed' } });
    // One after the other, without waiting: a label that follows a badge is that person's. To QA it names a unit to look at.
    scans('BADGE 8');
    scans('SN-1');
    expect(await until(station, ({ scanCount }) => scanCount === 2)).toMatchObject({
      waitingScan: null,
      scanProblem: null,
    });
    const any = { before: null, limit: 10, serial: null, verdict: null, lot: null };
    const looked = valueFrom(await station.quality.calls['verification-list'](any)).rows;
    expect(looked).toMatchObject([{ serial: 'SN-1', slot: null }]);
    scans('BADGE 7');
    scans('SN-1');
    expect(await until(station, ({ scanCount }) => scanCount === 3)).toMatchObject({
      waitingScan: { serial: 'SN-1' },
      scanProblem: null,
    });
    // Those behind the gate ask of whom it let in, who need not be the one at the bench.
    expect(station.permits.permit('provision', '7')).toEqual({ ok: true, value: '7' });
    expect(station.permits.permit('provision', 'x')).toMatchObject({ problem: { code: 'badge-needed' } });
    scans('BADGE E');
    scans('CANCEL');
    scans('CANCEL');
    // The first answers the question of the PIN, the second forgets the unit.
    expect(await until(station, ({ scanCount }) => scanCount === 4)).toMatchObject({ waitingScan: null });
    const lines = valueFrom(await station.books.listJournal({ after: 0, limit: 100 })).rows;
    const told = lines.map(({ event, origin }) => `${event} ${origin.actor}`);
    const ofPeople = told.filter((line) => /^(refused|badge-in) /.test(line));
    expect(ofPeople).toEqual(['refused nobody', 'badge-in 8', 'badge-in 7']);
    // The station writes lines of its own whenever it wants to.
    expect(told.filter((line) => line.endsWith(' 8')).slice(0, 2)).toEqual(['badge-in 8', 'verification-started 8']);
  });

  it('reads badges at a station that knows nobody as badges, never as labels', async () => {
    const { station, scans } = await openWithScanner(temporaryFolder(), training, 'linux-tpm');
    scans('BADGE 7');
    expect(await until(station, ({ scanCount }) => scanCount === 1)).toMatchObject({
      scanProblem: { code: 'nobody-known' },
    });
    scans('SN-1');
    expect(await until(station, ({ scanCount }) => scanCount === 2)).toMatchObject({ waitingScan: { serial: 'SN-1' } });
  });
});

describe('QA ON at a serial scanner', () => {
  const training = settingsSchema.parse({ mode: 'training', bench: 'off' });
  const any = { before: null, limit: 10, serial: null, verdict: null, lot: null };

  it('lets a station that knows nobody look at units, until QA OFF', async () => {
    const { station, scans } = await openWithScanner(temporaryFolder(), training, 'linux-tpm');
    scans('QA ON');
    scans('SN-1');
    expect(await until(station, ({ scanCount }) => scanCount === 2)).toMatchObject({ qaOn: true, waitingScan: null });
    const looked = valueFrom(await station.quality.calls['verification-list'](any)).rows;
    expect(looked).toMatchObject([{ serial: 'SN-1', slot: null }]);
    scans('QA OFF');
    scans('SN-2');
    expect(await until(station, ({ scanCount }) => scanCount === 4)).toMatchObject({
      qaOn: false,
      waitingScan: { serial: 'SN-2' },
    });
  });

  it('ends when somebody else is at work, or nobody', async () => {
    const folder = temporaryFolder();
    const store = await staffed(folder);
    valueFrom(store.put({ badge: '9', roles: ['operator', 'qa'], pin: null, name: null }));
    const { station, scans } = await openWithScanner(folder, training, 'linux-tpm');
    scans('BADGE 9');
    scans('QA ON');
    await until(station, ({ qaOn }) => qaOn);
    scans('BADGE 9');
    scans('SN-1');
    expect(await until(station, ({ scanCount }) => scanCount === 2)).toMatchObject({ qaOn: true, waitingScan: null });
    scans('BADGE 7');
    scans('SN-2');
    expect(await until(station, ({ scanCount }) => scanCount === 3)).toMatchObject({
      qaOn: false,
      waitingScan: { serial: 'SN-2' },
    });
    scans('CANCEL');
    scans('BADGE 9');
    scans('QA ON');
    await until(station, ({ qaOn }) => qaOn);
    scans('BADGE OUT');
    await until(station, ({ qaOn }) => !qaOn);
  });
});

describe('somebody at a link of their own', () => {
  it('opens returns and orders there, whoever is at work at the bench', async () => {
    const folder = temporaryFolder();
    const store = await staffed(folder);
    const pin = await createPinHash({ N: 2, r: 1, p: 1 }).make(testPin);
    valueFrom(store.put({ badge: 'T', roles: ['technician'], pin: null, name: null }));
    valueFrom(store.put({ badge: 'L', roles: ['lead'], pin, name: null }));
    const training = settingsSchema.parse({ mode: 'training', bench: 'off' });
    const { station, scans } = await openWithScanner(folder, training, 'linux-tpm');
    scans('BADGE 7');
    scans('SN-1');
    await until(station, ({ scanCount }) => scanCount === 1);
    const { permits } = station;
    expect(permits.permit('return', 'T')).toEqual({ ok: true, value: 'T' });
    expect(permits.permit('run-order', 'L')).toEqual({ ok: true, value: 'L' });
    expect(permits.permit('retire', '7')).toMatchObject({ problem: { code: 'not-allowed', facts: { badge: '7' } } });
  });
});

describe('a recipe', () => {
  const board = { path: '/dev/board', usbSerial: 'BOARD-1', vendorId: '0403', productId: '6001' };
  const production = settingsSchema.parse({
    mode: 'production',
    vault: { backend: 'file', acceptedBy: 'E' },
    dps: { default: { connectionStringSecret: 'dps', idScope: '0ne00AB12CD', timeoutInMs: 1_000 } },
  });
  const secrets = new Map([
    ['dps', 'HostName=plant.azure-devices-provisioning.net;SharedAccessKeyName=station;SharedAccessKey=c2VjcmV0'],
  ]);

  async function openLine(dataFolder: string, settings: Settings) {
    let present: (lines: readonly LinePresence[]) => void = () => {};
    const station = valueFrom(
      await openStation({
        dataFolder,
        settings,
        secrets,
        recipe: valueFrom(loadRecipe('linux-tpm')),
        door: 'test',
        actor: 'tester',
        opener: memoryPorts().opener, // without this board: its job starts and finds no port
        finder: {
          list: async () => ({ ok: true, value: [] }),
          watch: (listener) => {
            present = listener;
            listener([]);
            return () => {};
          },
        },
      }),
    );
    onTestFinished(() => station.stop());
    return {
      station,
      work: async (serial: string): Promise<StationSnapshot['slots'][number] | undefined> => {
        present([]);
        valueFrom(await station.scan(serial, '7'));
        present([board]);
        const met = (slot: StationSnapshot['slots'][number]) => slot.problem !== null || slot.state === 'working';
        return (await until(station, ({ slots }) => slots.some(met))).slots.find(met);
      },
    };
  }
  const jobs = async (station: StationHandle) =>
    valueFrom(await station.books.listJobs({ after: 0, limit: 10 })).rows.length;
  const codes = (station: StationHandle) => station.warnings().map(({ code }) => code);

  it('that no engineer approved makes no unit of production, and one that was approved does', async () => {
    const folder = temporaryFolder();
    const store = await staffed(folder);
    const { station, work } = await openLine(folder, production);
    expect(codes(station)).not.toContain('nobody-known');
    expect((await work('SN-1'))?.problem).toEqual({ code: 'recipe-not-approved', facts: { recipe: 'linux-tpm' } });
    expect(await jobs(station)).toBe(0);
    const { hash } = valueFrom(recipeNow('linux-tpm'));
    valueFrom(store.approve({ hash: 'f'.repeat(64), recipe: 'linux-tpm', badge: 'E', at: '2026-11-26T08:00:00.000Z' }));
    valueFrom(await station.scan('CANCEL', '7'));
    expect((await work('SN-2'))?.problem?.code).toBe('recipe-not-approved');
    valueFrom(store.approve({ hash, recipe: 'linux-tpm', badge: 'E', at: '2026-11-26T08:00:00.000Z' }));
    valueFrom(await station.scan('CANCEL', '7'));
    expect(await work('SN-3')).toMatchObject({ state: 'working', serial: 'SN-3', problem: null });
    expect(await jobs(station)).toBe(1);
  }, 30_000);

  it('runs as ever at a station that knows nobody, which says so on every screen', async () => {
    const { station, work } = await openLine(temporaryFolder(), production);
    expect(codes(station)).toContain('nobody-known');
    await work('SN-1');
    expect(await jobs(station)).toBe(1);
  }, 30_000);

  it('needs no approval in training', async () => {
    const folder = temporaryFolder();
    await staffed(folder);
    const { station, work } = await openLine(folder, settingsSchema.parse({ mode: 'training', bench: 'off' }));
    expect(codes(station)).not.toContain('nobody-known');
    await work('SN-1');
    expect(await jobs(station)).toBe(1);
  }, 30_000);
});
