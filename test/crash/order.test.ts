import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openForWriting } from '../../src/main/adapters/sqlite/database.ts';
import { createOperator } from '../../src/main/bench/operator.ts';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import { type Lane, openLane } from './lane.ts';
import { openAtBench, typingBench, untilDrained } from './open-station.ts';
import { createRecorder, type Recorded } from './recorder.ts';

/*
 * What SIGKILL cannot show: that a commit is on the disk when it is answered is SQLite's promise for these pragmas, and
 * that effects wait for the answer is the order below. No more is claimed about a loss of power.
 */
describe('the connection that writes the books', () => {
  it('keeps a write-ahead log and syncs every commit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dps-station-pragmas-'));
    const database = openForWriting(join(folder, 'station.db'));
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 }); // FULL
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a station that works through three units', () => {
  let lane: Lane;
  let events: readonly Recorded[] = [];

  beforeAll(async () => {
    lane = await openLane();
    const recorder = createRecorder();
    const units = await lane.makeUnits(1, 3);
    const options = { ready: lane.ready, dataFolder: join(lane.folder, 'station'), slots: 2, trap: recorder };
    const handle = await openAtBench(options);
    await createOperator(handle, typingBench(lane.bench, handle), 2).work(units);
    await untilDrained(handle);
    await handle.stop();
    events = recorder.events;
  });
  afterAll(() => lane.close());

  /** The writes whose commit was answered before the event at `index`. */
  const committedBefore = (index: number): StoreWrite[] =>
    events.slice(0, index).flatMap((event) => (event.what === 'committed' ? event.writes : []));

  it('sends a secret only after the intent of this very board is on the disk', () => {
    const secrets = [...events.entries()].filter(
      ([, event]) => event.what === 'written' && event.command === 'set_dps_uds',
    );
    expect(secrets).toHaveLength(3);
    for (const [index, event] of secrets) {
      const path = event.what === 'written' ? event.path : '';
      const intents = committedBefore(index).filter(
        (one) =>
          one.write === 'job-changed' && one.job.state.step === 'intent' && path.includes(`${one.job.hardwareId}`),
      );
      expect(intents).toHaveLength(1);
    }
  });

  it('sends a secret once in a job', () => {
    const paths = events.flatMap((event) =>
      event.what === 'written' && event.command === 'set_dps_uds' ? [event.path] : [],
    );
    const started = events.flatMap((event) => (event.what === 'committed' ? event.writes : []));
    expect(new Set(paths).size).toBe(paths.length);
    expect(started.filter((one) => one.write === 'job-started')).toHaveLength(paths.length);
  });

  it('queues the enrollment in the commit that records the acknowledgement', () => {
    const changes = events.flatMap((event) => (event.what === 'committed' ? [event.writes] : []));
    const acknowledged = changes.filter((writes) =>
      writes.some((one) => one.write === 'job-changed' && one.event === 'secret-acknowledged'),
    );
    expect(acknowledged).toHaveLength(3);
    for (const writes of acknowledged) expect(writes.map((one) => one.write)).toContain('item-queued');
  });

  it('calls the service only for what is queued and marked as sent on the disk', () => {
    const calls = [...events.entries()].filter(([, event]) => event.what === 'called');
    expect(calls.length).toBeGreaterThan(0);
    for (const [index, event] of calls) {
      const before = committedBefore(index);
      for (const id of event.what === 'called' ? event.registrationIds : []) {
        const queued = before.some((one) => one.write === 'item-queued' && one.item.registrationId === id);
        const sent = before.some(
          (one) => one.write === 'item-changed' && one.event === 'item-sent' && one.item.registrationId === id,
        );
        expect({ id, queued, sent }).toEqual({ id, queued: true, sent: true });
      }
    }
  });
});
