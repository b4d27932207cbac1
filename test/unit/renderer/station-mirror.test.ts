import { describe, expect, it } from 'vitest';
import { createStationMirror, type Mirror, type StationMirror } from '../../../src/renderer/station/station-mirror.ts';
import { linkPair } from '../../../src/shared/link/link.ts';

type Watched = { readonly do: string; readonly id: number; readonly name: string };

/** A station that answers each stream with the value of that name. */
function stationThatSays(values: Readonly<Record<string, unknown>>) {
  const pair = linkPair();
  pair.far.onMessage((message) => {
    const { do: asked, id, name } = message as Watched;
    if (asked !== 'watch') return;
    if (name in values) pair.far.send({ is: 'value', id, value: values[name] });
    else pair.far.send({ is: 'problem', id, problem: { code: 'wrong-use', facts: { reason: 'no such stream' } } });
  });
  return pair;
}

function until(mirror: StationMirror, fits: (now: Mirror) => boolean): Promise<Mirror> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (fits(mirror.read())) resolve(mirror.read());
    };
    mirror.onChange(look);
    look();
  });
}

const host = {
  mode: 'training',
  state: 'starting',
  problem: null,
  bench: true,
  warnings: [],
  version: '1',
  dataFolder: '/data',
};
const people = { open: true, atWork: null, pinAsked: null, lockedUntil: null };
const silent = ['station', 'queue', 'orders', 'quality', 'returns', 'mirror', 'bench'];
const readable = { host, people, ...Object.fromEntries(silent.map((name) => [name, null])) };

describe('what the page knows of a station of another version', () => {
  it('tells that a stream cannot be read, and not that the station is lost', async () => {
    const { near } = stationThatSays({ ...readable, host: { ...host, aNewField: 1 } });
    const mirror = createStationMirror(() => Promise.resolve(near));
    expect(await until(mirror, ({ unreadable }) => unreadable)).toMatchObject({ host: null });
    mirror.stop();
  });

  it('tells that the station does not have a stream', async () => {
    const { bench: _, ...fewer }: Record<string, unknown> = readable;
    const { near } = stationThatSays(fewer);
    const mirror = createStationMirror(() => Promise.resolve(near));
    expect(await until(mirror, (now) => now.unreadable && now.host !== null)).toMatchObject({ host });
    mirror.stop();
  });

  it('says that a station is lost when its link closes, and nothing of its version', async () => {
    const link = stationThatSays(readable);
    const opened = [link];
    const mirror = createStationMirror(async () => opened.shift()?.near ?? Promise.reject(new Error('none left')));
    await until(mirror, ({ connection }) => connection === 'connected');
    link.close();
    expect(await until(mirror, ({ connection }) => connection === 'lost')).toMatchObject({ unreadable: false });
    mirror.stop();
  });

  it('says that a station is back when nothing of what it shows is old any more', async () => {
    const atWork = { badge: 'T-1', name: null, roles: ['technician'], may: [], since: '2026-11-27T14:00:00.000Z' };
    const links = [
      stationThatSays({ ...readable, people: { ...people, open: false, atWork } }),
      stationThatSays(readable),
    ];
    const opened = [...links];
    const mirror = createStationMirror(async () => opened.shift()?.near ?? Promise.reject(new Error('none left')));
    await until(mirror, ({ connection }) => connection === 'connected');
    expect(mirror.read().people?.atWork?.badge).toBe('T-1');
    links[0]?.close();
    await until(mirror, ({ connection }) => connection === 'lost');
    const back = await new Promise<Mirror>((resolve) => {
      mirror.onChange(() => mirror.read().connection === 'connected' && resolve(mirror.read()));
    });
    expect(back.people?.atWork).toBeNull();
    mirror.stop();
  });

  it('says nothing of the kind of a station it understands, and forgets it with the link', async () => {
    const links = [stationThatSays({ ...readable, queue: 'many' }), stationThatSays(readable)];
    const opened = [...links];
    const mirror = createStationMirror(async () => opened.shift()?.near ?? Promise.reject(new Error('none left')));
    await until(mirror, ({ unreadable }) => unreadable);
    links[0]?.close();
    expect(
      await until(mirror, ({ unreadable, connection }) => !unreadable && connection === 'connected'),
    ).toMatchObject({ host });
    mirror.stop();
  });
});
