import { describe, expect, it } from 'vitest';
import { shippedRoles } from '../../../src/shared/people.ts';
import type { Problem } from '../../../src/shared/problem.ts';
import type { Result } from '../../../src/shared/result.ts';
import { valueFrom } from '../../doubles/books.ts';
import { openTestPeople, type TestPeople, testPin, testRecipe } from '../../doubles/people.ts';

/* Who is at work, how a badge proves itself, how long: the desk of people on its real file. */

const minute = 60_000;
const wrong = '862097';
const codeOf = (result: Result<unknown, Problem>): string => (result.ok ? 'ok' : result.problem.code);

/** An engineer E and a lead L with PINs, an operator 7. */
async function staffed(people: TestPeople = openTestPeople()): Promise<TestPeople> {
  await people.add('E', ['engineer'], testPin, 'Erna');
  await people.add('L', ['lead'], testPin);
  await people.add('7', ['operator'], null, 'Sam');
  return people;
}

describe('a station that knows nobody', () => {
  it('lets everybody do everything by the name that they give', async () => {
    const { desk } = openTestPeople();
    expect(desk.permit('people', 'Kim')).toEqual({ ok: true, value: 'Kim' });
    expect(desk.state()).toEqual({ open: true, atWork: null, pinAsked: null, lockedUntil: null });
    expect(codeOf(await desk.badgeIn('7', null))).toBe('nobody-known');
    expect(await desk.permits.countersigned('release', 'Kim', { badge: 'Lee', pin: null })).toEqual({
      ok: true,
      value: 'Lee',
    });
    expect(codeOf(await desk.permits.countersigned('release', 'Kim', { badge: 'KIM', pin: null }))).toBe(
      'countersign-same',
    );
  });

  it('takes no approval of a recipe: it would be anybody', async () => {
    const { handlers } = openTestPeople();
    const order = { actor: 'Kim', recipe: testRecipe.recipe, hash: testRecipe.hash };
    expect(codeOf(await handlers.calls['recipe-approve'](order))).toBe('nobody-known');
  });
});

describe('a badge', () => {
  it('without a PIN works at once, and what its roles may is done under it, whatever name a call claims', async () => {
    const { desk, deeds, clock } = await staffed();
    expect(codeOf(desk.permit('provision', 'E'))).toBe('badge-needed');
    expect(codeOf(await desk.badgeIn('7', null))).toBe('ok');
    expect(desk.permit('provision', 'E')).toEqual({ ok: true, value: '7' });
    expect(desk.permit('settings', 'E')).toMatchObject({
      ok: false,
      problem: { code: 'not-allowed', facts: { badge: '7', act: 'settings', roles: 'engineer' } },
    });
    expect(desk.state()).toEqual({
      open: false,
      atWork: {
        badge: '7',
        name: 'Sam',
        roles: ['operator'],
        may: shippedRoles.operator,
        since: new Date(clock.now()).toISOString(),
      },
      pinAsked: null,
      lockedUntil: null,
    });
    expect(deeds).toEqual([{ event: 'badge-in', actor: '7', facts: {} }]);
    desk.badgeOut();
    expect(codeOf(desk.permit('provision', '7'))).toBe('badge-needed');
  });

  it('with a PIN is asked for it; whoever was at work stays until it is right', async () => {
    const { desk } = await staffed();
    await desk.badgeIn('7', null);
    expect(codeOf(await desk.badgeIn('e', null))).toBe('pin-needed');
    expect(desk.state()).toMatchObject({ pinAsked: 'e', atWork: { badge: '7' } });
    expect(codeOf(await desk.badgeIn('e', wrong))).toBe('badge-or-pin-wrong');
    expect(desk.state()).toMatchObject({ pinAsked: 'e', atWork: { badge: '7' } });
    expect(codeOf(await desk.badgeIn('e', testPin))).toBe('ok');
    expect(desk.state()).toMatchObject({ pinAsked: null, atWork: { badge: 'E' } });
  });

  it('that walked away is not asked for ever', async () => {
    const { desk, clock } = await staffed();
    await desk.badgeIn('E', null);
    clock.pass(minute);
    expect(desk.state().pinAsked).toBeNull();
  });

  it('of several roles needs its PIN for all of them', async () => {
    const people = await staffed();
    await people.add('9', ['operator', 'lead'], testPin);
    expect(codeOf(await people.desk.badgeIn('9', null))).toBe('pin-needed');
  });

  it('that is retired opens nothing, ends the work of its bearer, and is never given away again', async () => {
    const { desk, handlers } = await staffed();
    await desk.badgeIn('7', null);
    valueFrom(await handlers.calls['person-retire']({ actor: 'E', badge: '7' }));
    expect(codeOf(desk.permit('provision', '7'))).toBe('badge-needed');
    expect(desk.state().atWork).toBeNull();
    expect(codeOf(await desk.badgeIn('7', null))).toBe('pin-needed'); // like one that never was
    const again = { actor: 'E', badge: '7', roles: ['qa' as const], name: null, pin: null };
    expect(codeOf(await handlers.calls['person-put'](again))).toBe('badge-retired');
  });

  it('has the roles that its row has now, not those of the moment of the scan', async () => {
    const people = await staffed();
    await people.desk.badgeIn('7', null);
    await people.add('7', ['qa']);
    expect(codeOf(people.desk.permit('provision', '7'))).toBe('not-allowed');
    expect(codeOf(people.desk.permit('verify', '7'))).toBe('ok');
  });
});

describe('work', () => {
  it('ends by itself after the time of the settings without a deed', async () => {
    const { desk, clock, deeds } = await staffed();
    await desk.badgeIn('7', null);
    clock.pass(14 * minute);
    expect(codeOf(desk.permit('provision', '7'))).toBe('ok'); // counts from here again
    clock.pass(14 * minute);
    expect(desk.state().atWork?.badge).toBe('7');
    clock.pass(minute);
    expect(desk.state().atWork).toBeNull();
    expect(codeOf(desk.permit('provision', '7'))).toBe('badge-needed');
    expect(deeds.at(-1)).toEqual({ event: 'badge-out', actor: '7', facts: { why: 'time' } });
  });

  it('is not lengthened by what is refused', async () => {
    const { desk, clock } = await staffed();
    await desk.badgeIn('7', null);
    clock.pass(14 * minute);
    expect(codeOf(desk.permit('settings', '7'))).toBe('not-allowed');
    clock.pass(minute);
    expect(desk.state().atWork).toBeNull();
  });

  it('ends too when the computer slept through the end', async () => {
    const { file, clock } = await staffed();
    let now = clock.now();
    // Its timers never fall due: what the clock says must do.
    const { desk } = openTestPeople(file, { ...clock, now: () => now, after: () => () => {} });
    await desk.badgeIn('7', null);
    now += 16 * minute;
    expect(codeOf(desk.permit('provision', '7'))).toBe('badge-needed');
  });

  it('does not survive a restart', async () => {
    const first = await staffed();
    await first.desk.badgeIn('7', null);
    expect(openTestPeople(first.file).desk.state().atWork).toBeNull();
  });
});

describe('wrong PINs', () => {
  const guess = async ({ desk }: TestPeople, badge: string, pin = wrong) => codeOf(await desk.badgeIn(badge, pin));

  it('lock the badge at the fifth, also for the right one, and open again with time', async () => {
    const people = await staffed();
    for (let round = 0; round < 5; round++) expect(await guess(people, 'E')).toBe('badge-or-pin-wrong');
    expect(await people.desk.badgeIn('E', testPin)).toMatchObject({
      ok: false,
      problem: {
        code: 'badge-locked',
        facts: { badge: 'E', until: new Date(people.clock.now() + minute).toISOString() },
      },
    });
    await people.desk.badgeIn('E', null);
    expect(people.desk.state().lockedUntil).toBe(new Date(people.clock.now() + minute).toISOString());
    people.clock.pass(minute);
    expect(await guess(people, 'E')).toBe('badge-or-pin-wrong');
    people.clock.pass(4 * minute);
    expect(await guess(people, 'E', testPin)).toBe('badge-locked');
    people.clock.pass(minute);
    expect(await guess(people, 'E', testPin)).toBe('ok');
    // A right one forgets the wrong ones.
    expect(await guess(people, 'E')).toBe('badge-or-pin-wrong');
    expect(await guess(people, 'E', testPin)).toBe('ok');
  });

  it('are still counted and locked after a restart, and when the clock is set back', async () => {
    const first = await staffed();
    for (let round = 0; round < 3; round++) await guess(first, 'L');
    const second = openTestPeople(first.file, first.clock);
    for (let round = 0; round < 2; round++) expect(await guess(second, 'L')).toBe('badge-or-pin-wrong');
    const earlier = openTestPeople(first.file); // its clock is the one of the start
    first.clock.pass(30 * 24 * 60 * minute);
    const later = openTestPeople(first.file, first.clock);
    expect(await guess(earlier, 'L', testPin)).toBe('badge-locked');
    expect(await guess(later, 'L', testPin)).toBe('ok');
    for (let round = 0; round < 5; round++) await guess(later, 'L');
    expect(await guess(earlier, 'L', testPin)).toBe('badge-locked'); // set back by a month
    earlier.clock.pass(minute);
    expect(await guess(earlier, 'L', testPin)).toBe('ok');
  });

  it('all at once are no more guesses than one by one', async () => {
    const people = await staffed();
    const pins = ['2581', '2582', '2583', '2584', '2585', '2586', '2587', testPin];
    const answers = await Promise.all(pins.map((pin) => guess(people, 'E', pin)));
    expect(answers).toEqual([...Array(5).fill('badge-or-pin-wrong'), ...Array(3).fill('badge-locked')]);
  });

  it('of a badge that is not known are answered in the same words, the lock included', async () => {
    const people = await staffed();
    const story = async (badge: string) => {
      const answers = [await people.desk.badgeIn(badge, null)];
      for (let round = 0; round < 6; round++) answers.push(await people.desk.badgeIn(badge, wrong));
      answers.push(await people.desk.badgeIn(badge, null));
      const { pinAsked, lockedUntil } = people.desk.state();
      return JSON.stringify([answers, pinAsked, lockedUntil]).replaceAll(`"${badge}"`, '"the badge"');
    };
    const known = await story('E');
    expect(known).toContain('badge-locked');
    expect(await story('stranger')).toBe(known);
  });

  it('are recorded under the badge, and never under what a stranger typed', async () => {
    const people = await staffed();
    await guess(people, 'E');
    await guess(people, 'my name is Kim');
    expect(people.deeds.map(({ event, actor }) => [event, actor])).toEqual([
      ['badge-refused', 'E'],
      ['badge-refused', 'nobody'],
    ]);
    expect(JSON.stringify(people.deeds)).not.toContain('Kim');
  });

  it('are forgotten when an engineer sets a new PIN', async () => {
    const people = await staffed();
    for (let round = 0; round < 5; round++) await guess(people, 'L');
    valueFrom(await people.handlers.calls['pin-set']({ actor: 'E', badge: 'L', pin: '271828', current: null }));
    expect(await guess(people, 'L', '271828')).toBe('ok');
  });
});

describe('a PIN of one’s own', () => {
  const change = ({ handlers }: TestPeople, badge: string, current: string, pin = '271828') =>
    handlers.calls['pin-set']({ actor: 'nobody', badge, pin, current }).then(codeOf);

  it('is changed by whoever has the one until now, with the same lock before it', async () => {
    const people = await staffed();
    expect(await change(people, 'L', wrong)).toBe('badge-or-pin-wrong');
    expect(await change(people, 'L', testPin, '1234')).toBe('pin-weak');
    expect(await change(people, 'L', testPin)).toBe('ok');
    expect(people.deeds.at(-1)).toEqual({ event: 'pin-set', actor: 'L', facts: { badge: 'L' } });
    for (let round = 0; round < 5; round++) await change(people, 'L', testPin);
    expect(await change(people, 'L', '271828')).toBe('badge-locked');
  });

  it('cannot be given to a badge that has none, by whoever comes along', async () => {
    const people = await staffed();
    expect(await change(people, '7', '')).toBe('badge-or-pin-wrong');
    expect(codeOf(await people.desk.badgeIn('7', null))).toBe('ok');
  });
});

describe('a second person', () => {
  it('is another one, proves the badge, may do it, and is recorded', async () => {
    const people = await staffed();
    const sign = (badge: string, pin: string | null) =>
      people.desk.permits.countersigned('release', '7', { badge, pin }).then(codeOf);
    expect(await sign('7', null)).toBe('countersign-same');
    expect(await sign('L', null)).toBe('pin-needed');
    expect(await sign('L', wrong)).toBe('badge-or-pin-wrong');
    expect(await sign('stranger', wrong)).toBe('badge-or-pin-wrong');
    await people.add('8', ['operator']);
    expect(await sign('8', null)).toBe('not-allowed');
    expect(await sign('l', testPin)).toBe('ok');
    expect(people.deeds.at(-1)).toEqual({ event: 'countersigned', actor: 'L', facts: { act: 'release', first: '7' } });
    for (let round = 0; round < 5; round++) await sign('L', wrong);
    expect(await sign('L', testPin)).toBe('badge-locked');
  });
});

describe('changes of people', () => {
  it('refuse badges with a meaning of their own, easy PINs and people who are not there', async () => {
    const { handlers } = await staffed();
    const put = (badge: string, pin: string | null) =>
      handlers.calls['person-put']({ actor: 'E', badge, roles: ['qa'], name: null, pin }).then(codeOf);
    expect(await put('OUT', null)).toBe('badge-unfit');
    expect(await put('station', null)).toBe('badge-unfit');
    expect(await put('11', '1111')).toBe('pin-weak');
    expect(await put('11', null)).toBe('ok');
    for (const name of ['person-erase-name', 'person-retire'] as const)
      expect(codeOf(await handlers.calls[name]({ actor: 'E', badge: '404' }))).toBe('badge-unknown');
    expect(codeOf(await handlers.calls['person-retire']({ actor: 'E', badge: 'e' }))).toBe('engineer-last');
  });

  it('show names to whoever may change people, and to nobody else', async () => {
    const { handlers } = await staffed();
    const names = async (actor: string) =>
      valueFrom(await handlers.calls['people-list']({ actor })).people.map(({ badge, name }) => [badge, name]);
    expect(await names('E')).toEqual([
      ['7', 'Sam'],
      ['E', 'Erna'],
      ['L', null],
    ]);
    expect(await names('L')).toEqual([
      ['7', null],
      ['E', null],
      ['L', null],
    ]);
  });

  it('approve a recipe by the hash that was seen, and by no other', async () => {
    const { handlers } = await staffed();
    const approve = (hash: string) =>
      handlers.calls['recipe-approve']({ actor: 'E', recipe: testRecipe.recipe, hash }).then(codeOf);
    expect(await approve('b'.repeat(64))).toBe('recipe-changed');
    expect(valueFrom(await handlers.calls['recipe-approvals']({})).approvals).toEqual([]);
    expect(await approve(testRecipe.hash)).toBe('ok');
    expect(valueFrom(await handlers.calls['recipe-approvals']({}))).toMatchObject({
      recipe: testRecipe,
      approvals: [{ hash: testRecipe.hash, badge: 'E' }],
    });
  });
});
