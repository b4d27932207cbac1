import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectLocalLink, openLocalLink } from '../../../src/main/adapters/local-link/local-link.ts';
import { gated } from '../../../src/main/station/people/gate.ts';
import { type CallName, contract } from '../../../src/shared/contract.ts';
import { type Client, connect } from '../../../src/shared/link/connect.ts';
import { type Handlers, serve } from '../../../src/shared/link/serve.ts';
import { type Act, type Role, roleSchema } from '../../../src/shared/people.ts';
import { problem } from '../../../src/shared/problem.ts';
import { fail } from '../../../src/shared/result.ts';
import { allSamples, type CallSample } from '../../doubles/call-samples.ts';
import { openTestPeople, type TestPeople, testPin } from '../../doubles/people.ts';
import { whoMay } from '../../doubles/who-may.ts';

/* The role table tried call by call over a local socket: what reaches the handlers, under whose badge, and what does not. */

type Reached = { readonly name: CallName; readonly actor: string | undefined };
type Setup = { readonly people: TestPeople; readonly client: Client; readonly reached: Reached[] };

/** Somebody of every role, whose badge is called like it. */
async function staffed(people: TestPeople): Promise<void> {
  await people.add('engineer', ['engineer'], testPin);
  for (const role of roleSchema.options)
    if (role !== 'engineer') await people.add(role, [role], role === 'lead' ? testPin : null);
}

/** Handlers that remember who reached them behind the gate, over a real link. */
async function overLink(people: TestPeople, ofLink = false, atBench = true): Promise<Setup> {
  const reached: Reached[] = [];
  const remember = (name: CallName) => async (input: object) => {
    reached.push({ name, actor: 'actor' in input ? String(input.actor) : undefined });
    return fail(problem('wrong-use', { reason: 'reached' }));
  };
  const names = Object.keys(contract.calls) as CallName[];
  const calls = Object.fromEntries(names.map((name) => [name, remember(name)])) as unknown as Handlers['calls'];
  const handlers: Handlers = { calls, streams: {} as Handlers['streams'] };
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-roles-'));
  const bugs: unknown[] = [];
  const server = await openLocalLink(folder, (link) => {
    const gate = gated(handlers, { people: people.desk, ofLink, atBench, note: people.note });
    serve(link, gate, (error) => bugs.push(error));
  });
  const connected = await connectLocalLink(folder);
  if (connected === null) throw new Error('no link');
  onTestFinished(async () => {
    connected.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
    expect(bugs).toEqual([]);
  });
  return { people, client: connect(connected.link), reached };
}

/** The acts of which any is enough; none: no badge is needed. */
const actsOf = (act: CallSample['act']): readonly Act[] =>
  act === null || act === 'anyone' ? [] : typeof act === 'string' ? [act] : act;

const call = (client: Client, name: CallName, input: unknown) => client.call(name, input as never);

describe.each(roleSchema.options)('somebody who is %s', (role: Role) => {
  it('reaches what the table allows, under the own badge, and nothing else', async () => {
    const people = openTestPeople();
    await staffed(people);
    const { client, reached } = await overLink(people);
    await people.desk.badgeIn(role, testPin);
    expect(people.desk.state().atWork?.badge).toBe(role);
    const refusals: string[] = [];
    for (const { name, input, act } of allSamples) {
      const [first, ...others] = actsOf(act);
      const allowed = first === undefined || [first, ...others].some((one) => whoMay[one].includes(role));
      const before = reached.length;
      const answer = await call(client, name, input);
      const where = `${name} (${act})`;
      if (allowed) {
        expect(answer, where).toEqual({ ok: false, problem: problem('wrong-use', { reason: 'reached' }) });
        expect(reached.slice(before), where).toEqual([{ name, actor: 'actor' in input ? role : undefined }]);
      } else {
        const facts = { badge: role, act: first, roles: whoMay[first].join(', ') };
        expect(answer, where).toEqual({ ok: false, problem: { code: 'not-allowed', facts } });
        expect(reached.length, where).toBe(before);
        refusals.push(`${name} ${first}`);
      }
    }
    const noted = people.deeds.filter(({ event }) => event === 'refused');
    expect(noted.map(({ facts }) => `${facts['call']} ${facts['act']}`)).toEqual(refusals);
    expect(noted.every(({ actor }) => actor === role)).toBe(true);
    if (role !== 'engineer') expect(refusals.length).toBeGreaterThan(5);
  });
});

describe('nobody at work', () => {
  it('reaches reads and what needs no badge, and the record does not believe the name', async () => {
    const people = openTestPeople();
    await staffed(people);
    const { client, reached } = await overLink(people);
    for (const { name, input, act } of allSamples) {
      const before = reached.length;
      const answer = await call(client, name, input);
      const open = act === null || act === 'anyone';
      expect(answer, name).toMatchObject({ ok: false, problem: { code: open ? 'wrong-use' : 'badge-needed' } });
      const actor = 'actor' in input ? 'nobody' : undefined;
      expect(reached.slice(before), name).toEqual(open ? [{ name, actor }] : []);
    }
  });

  it('is no hindrance where nobody is known: every call goes through under the name that it gives', async () => {
    const { client, reached } = await overLink(openTestPeople());
    for (const { name, input } of allSamples) {
      const before = reached.length;
      await call(client, name, input);
      expect(reached.slice(before)).toEqual([{ name, actor: 'actor' in input ? 'somebody' : undefined }]);
    }
  });
});

describe('a file of people that cannot be read', () => {
  it('shuts the gate instead of opening it', async () => {
    const people = openTestPeople();
    await staffed(people);
    const { client, reached } = await overLink(people);
    await people.desk.badgeIn('engineer', testPin);
    people.desk.permit('people', 'x');
    const unreadable = fail(problem('people-unreadable', { reason: 'test' }));
    Object.assign(people.store, { isKnown: () => unreadable, badge: () => unreadable });
    for (const { name, input, act } of allSamples.filter(({ act: one }) => one !== null && one !== 'anyone')) {
      expect(await call(client, name, input), `${name} ${act}`).toMatchObject({
        problem: { code: 'people-unreadable' },
      });
    }
    expect(reached).toEqual([]);
  });
});

describe('a link of its own', () => {
  it('acts under the badge that proved itself there, whoever is at work at the bench, until it ends', async () => {
    const people = openTestPeople();
    await staffed(people);
    const { client, reached } = await overLink(people, true);
    await people.desk.badgeIn('operator', null);
    const retry = { actor: 'terminal', item: 1 };
    expect(await client.call('outbox-retry', retry)).toMatchObject({ problem: { code: 'not-allowed' } });
    const proof = { actor: 'terminal', badge: 'LEAD', at: 'link' as const };
    expect(await client.call('badge-in', { ...proof, pin: '000001' })).toMatchObject({
      problem: { code: 'badge-or-pin-wrong' },
    });
    expect(await client.call('badge-in', { ...proof, pin: testPin })).toEqual({ ok: true, value: {} });
    expect(people.desk.state().atWork?.badge).toBe('operator');
    await client.call('outbox-retry', retry);
    expect(reached).toEqual([{ name: 'outbox-retry', actor: 'lead' }]);
    expect(
      await client.call('settings-set', allSamples.find(({ name }) => name === 'settings-set')?.input as never),
    ).toMatchObject({ problem: { code: 'not-allowed', facts: { badge: 'lead' } } });
    // Another link of the same station knows nothing of it.
    const other = await overLink(people, true);
    expect(await other.client.call('outbox-retry', retry)).toMatchObject({ problem: { code: 'not-allowed' } });
  });
});

describe('a scanned badge', () => {
  it('comes through the call of a scan, and never reaches those who read labels', async () => {
    const people = openTestPeople();
    await staffed(people);
    const { client, reached } = await overLink(people);
    const scan = (text: string) => client.call('scan', { actor: 'page', text });
    expect(await scan('BADGE Operator')).toEqual({ ok: true, value: {} });
    expect(people.desk.state().atWork?.badge).toBe('operator');
    expect(await scan('BADGE lead')).toEqual({ ok: true, value: {} });
    expect(people.desk.state()).toMatchObject({ atWork: { badge: 'operator' }, pinAsked: 'lead' });
    // A no to the question of the PIN is a no to nothing else.
    expect(await scan('CANCEL')).toEqual({ ok: true, value: {} });
    expect(people.desk.state()).toMatchObject({ atWork: { badge: 'operator' }, pinAsked: null });
    expect(await scan('BADGE lead')).toEqual({ ok: true, value: {} });
    expect(await scan('BADGE OUT')).toEqual({ ok: true, value: {} });
    expect(people.desk.state()).toMatchObject({ atWork: null, pinAsked: null });
    expect(reached).toEqual([]);
    expect(await scan('SN-1')).toMatchObject({ problem: { code: 'badge-needed' } });
    await scan('BADGE operator');
    await scan('SN-1');
    expect(reached).toEqual([{ name: 'scan', actor: 'operator' }]);
  });
});

it('who is at work in a terminal command lends nothing to those who come through its link', async () => {
  const people = openTestPeople();
  await staffed(people);
  await people.desk.badgeIn('engineer', testPin);
  const { client, reached } = await overLink(people, true, false);
  const order = { actor: 'engineer', badge: 'new', roles: ['engineer'], name: null, pin: null };
  expect(await call(client, 'person-put', order)).toMatchObject({ problem: { code: 'badge-needed' } });
  expect(reached).toEqual([]);
  const proof = { actor: 'engineer', badge: 'engineer', pin: testPin, at: 'link' };
  expect(await call(client, 'badge-in', proof)).toMatchObject({ ok: true });
  await call(client, 'person-put', order);
  expect(reached).toEqual([{ name: 'person-put', actor: 'engineer' }]);
});
