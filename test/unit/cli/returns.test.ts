import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDatabase } from '../../../src/main/adapters/sqlite/prepare.ts';
import { createStationStore } from '../../../src/main/adapters/sqlite/station-store.ts';
import type { PublicIdentity } from '../../../src/shared/job.ts';
import { doneState, jobOf, testMoment, testOrigin, valueFrom } from '../../doubles/books.ts';
import { diceVectors } from '../identity/vectors.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/* Returns and forecasts as programs, on books with a unit whose certificate Microsoft's own tool made. */

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

const made = diceVectors.cases.find(({ image }) => image === 'A');

/** Books with one unit that passed, made from vector image A. */
async function seedBooks(): Promise<void> {
  if (made === undefined) throw new Error('no vector of image A');
  const folder = join(terminal.folder, 'data', 'training');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'station.db');
  valueFrom(prepareDatabase(file));
  const store = createStationStore({ file });
  const identity: PublicIdentity = {
    attestation: 'x509',
    group: null,
    registrationId: made.registrationId,
    certificatePem: made.outputs.aliasCertPem,
    sha1Thumbprint: made.outputs.aliasCertSha1,
    fingerprint: made.outputs.aliasCertSha256,
    replaces: false,
  };
  const job = jobOf('SN-1', { hardwareId: 'HW-1' });
  const done = { ...job, state: doneState('passed', identity), finishedAt: testMoment };
  valueFrom(
    await store.commit({
      origin: testOrigin,
      at: testMoment,
      writes: [
        { write: 'job-started', job },
        { write: 'job-changed', job: done, event: 'restarted' },
      ],
    }),
  );
  await store.close();
}

const forecast = (image: string, ...more: string[]) => {
  const { bin, map } = terminal.image(image);
  return terminal.run(['forecast', '--bin', bin, '--map', map, ...more]);
};

describe('a forecast and the returns that it prepares', () => {
  it('lists what stops, writes the order, and the order opens the returns', async () => {
    await seedBooks();
    const other = Object.keys(diceVectors.images).find((name) => {
      const one = diceVectors.cases.find(({ image }) => image === name);
      return one !== undefined && one.intermediates.fwid !== made?.intermediates.fwid;
    });
    if (other === undefined) throw new Error('no second image');
    const order = join(terminal.folder, 'order.json');
    const stops = await forecast(other, '--order', order);
    expect(stops).toMatchObject({ code: 0, stderr: '' });
    expect(stops.stdout).toMatch(/SN-1 .*riot_fw differs/);
    expect(stops.stdout).toContain('1 stop matching, 0 go on, of 0 it cannot be told.');
    expect(JSON.parse(readFileSync(order, 'utf8'))).toMatchObject({ reason: 'firmware-update', serials: ['SN-1'] });
    // The same image: what riot_core was is not known for a recipe that this station never had.
    expect((await forecast('A')).stdout).toContain('0 stop matching, 0 go on, of 1 it cannot be told.');

    const opened = await terminal.run(['return', 'open', '--from', order, '--actor', 'T-1', '--json']);
    expect(opened.code).toBe(0);
    const shown = JSON.parse(opened.stdout) as { case: { id: string }; wait: object };
    expect(shown).toMatchObject({
      case: { serial: 'SN-1', deed: 'new-identity', reason: 'firmware-update', origin: { actor: 'T-1' } },
      wait: { problem: { code: 'no-instance' }, needsPerson: true }, // nobody told these settings where it is enrolled
    });
    const again = await terminal.run(['return', 'open', 'SN-1', '--reason', 'scrap', '--deed', 'retire']);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining('There is an open return of SN-1 already.'),
    ]);
    expect((await terminal.run(['return', 'list'])).stdout).toMatch(
      /SN-1 +new-identity \(firmware-update\) +disabling/,
    );
    expect((await terminal.run(['return', 'find', 'hw-1'])).stdout).toMatch(/^SN-1 .*live/);
    const cancelled = await terminal.run(['return', 'cancel', shown.case.id]);
    expect([cancelled.code, cancelled.stdout]).toEqual([0, expect.stringMatching(/cancelled/)]);
  }, 120_000);
});

describe('return open', () => {
  it.each([
    [['return', 'open', 'SN-1'], 2, 'Say why and what'],
    [['return', 'open', '--reason', 'scrap', '--deed', 'retire'], 2, 'Name a serial'],
    [['return', 'open', 'SN-1', '--reason', 'bored', '--deed', 'retire'], 2, 'Allowed choices'],
    [['return', 'open', 'SN-9', '--reason', 'scrap', '--deed', 'retire'], 1, 'There is no unit SN-9'],
    [['return', 'show', 'none'], 1, 'There is no open return none.'],
    [['return', 'open', '--from', 'nowhere.json'], 1, 'nowhere.json'],
  ])(
    '%j ends with %i',
    async (args, code, words) => {
      const ran = await terminal.run(args);
      expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(words)]);
    },
    60_000,
  );
});
