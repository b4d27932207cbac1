import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecipe } from '../../../src/main/compose-recipe.ts';
import { createScanDesk } from '../../../src/main/station/scan-desk.ts';
import type { Role } from '../../../src/shared/people.ts';
import { ok } from '../../../src/shared/result.ts';
import {
  closeTestBooks,
  jobOf,
  newItem,
  openTestBooks,
  passedWrites,
  returnOf,
  type TestBooks,
  testMoment,
  testOrigin,
  valueFrom,
} from '../../doubles/books.ts';
import { openTestPeople, testPin } from '../../doubles/people.ts';

/* What a label means when somebody scans it: a new unit, one with an open return, one that is finished, a golden one. */

let books: TestBooks;
beforeAll(async () => {
  books = openTestBooks();
  const done = jobOf('DONE-1', { slot: 1, hardwareId: 'BOARD-1' });
  const back = jobOf('BACK-1', { slot: 2, hardwareId: 'BOARD-2' });
  const awaited = returnOf(back, { state: { step: 'awaiting-board' }, deed: 'new-identity' });
  const writes = [
    ...passedWrites(done, newItem(done)),
    ...passedWrites(back, newItem(back, { fingerprint: 'c'.repeat(64) })),
  ];
  valueFrom(await books.store.commit({ origin: testOrigin, at: testMoment, writes: [...writes, awaited] }));
});
afterAll(() => closeTestBooks(books));

/** A desk over the books; `looked` gets what QA is asked to look at. */
const deskOf = (permits: ReturnType<typeof openTestPeople>['desk']['permits'], golden: string, looked: string[] = []) =>
  createScanDesk({
    recipe: valueFrom(loadRecipe('linux-tpm')),
    slots: 4,
    store: books.store,
    orders: {
      admit: async () => ok(null),
      isGolden: (serial) => serial === golden,
      chooseScanned: async () => ok(undefined),
      putScanned: async () => ok(undefined),
    },
    permits,
    fits: () => null,
    own: 'station',
    verify: async ({ serial, slot, actor }) => {
      looked.push(`${serial} ${slot} ${actor}`);
      return ok({});
    },
    awaitsBoard: () => false,
  });

/** Scans a label as somebody with these roles; what came of it, in a word. */
async function meaningFor(roles: readonly Role[], label: string): Promise<string> {
  const people = openTestPeople();
  await people.add('engineer', ['engineer'], testPin);
  await people.add('somebody', roles, roles.includes('lead') ? testPin : null);
  const looked: string[] = [];
  const desk = deskOf(people.desk.permits, 'GOLD-1', looked);
  valueFrom(await desk.scan('SLOT 3', 'somebody'));
  const answer = await desk.scan(label, 'somebody');
  if (!answer.ok) {
    expect([looked, desk.waiting()]).toEqual([[], null]);
    return answer.problem.code;
  }
  if (answer.value.scan === 'verifying') {
    expect([looked, desk.waiting()]).toEqual([[`${label} 3 somebody`], null]);
    return 'looked-at';
  }
  expect(looked).toEqual([]);
  expect(desk.waiting()).toMatchObject({ serial: label, slot: 3, actor: 'somebody' });
  return desk.waiting()?.returned === undefined ? 'begun' : 'returned';
}

const labels = ['NEW-1', 'BACK-1', 'DONE-1', 'GOLD-1'] as const;
const table: readonly (readonly [readonly Role[], readonly string[]])[] = [
  [['operator'], ['begun', 'returned', 'serial-already-passed', 'golden-unit']],
  [['qa'], ['looked-at', 'looked-at', 'looked-at', 'looked-at']],
  [['technician'], ['looked-at', 'returned', 'looked-at', 'looked-at']],
  [['lead'], ['begun', 'returned', 'serial-already-passed', 'looked-at']],
  [
    ['operator', 'qa'],
    ['begun', 'returned', 'serial-already-passed', 'looked-at'],
  ],
];

describe.each(table)('a label that somebody scans who is %j', (roles, meanings) => {
  it.each(labels.map((label, index) => [label, meanings[index]] as const))('%s: %s', async (label, meaning) => {
    expect(await meaningFor(roles, label)).toBe(meaning);
  });
});

describe('QA ON', () => {
  const openedFor = async (roles: readonly Role[]) => {
    const people = openTestPeople();
    await people.add('engineer', ['engineer'], testPin);
    await people.add('somebody', roles);
    const looked: string[] = [];
    return { desk: deskOf(people.desk.permits, 'GOLD-1', looked), looked };
  };

  it.each(labels)('lets %s be looked at by somebody who could begin it too, until QA OFF', async (label) => {
    const { desk, looked } = await openedFor(['operator', 'qa']);
    expect(await desk.scan('QA ON', 'somebody')).toEqual(ok({ scan: 'quality', on: true }));
    valueFrom(await desk.scan('SLOT 3', 'somebody'));
    expect(await desk.scan(label, 'somebody')).toEqual(ok({ scan: 'verifying', serial: label }));
    expect([desk.waiting(), looked, desk.looks()]).toEqual([null, [`${label} 3 somebody`], true]);
    expect(await desk.scan('QA OFF', 'somebody')).toEqual(ok({ scan: 'quality', on: false }));
    expect(await desk.scan('NEW-1', 'somebody')).toMatchObject(ok({ scan: 'waiting' }));
    expect(looked).toHaveLength(1);
  });

  it('is not for those who may not verify, who can end it', async () => {
    const { desk } = await openedFor(['operator']);
    expect(await desk.scan('QA ON', 'somebody')).toMatchObject({ problem: { code: 'not-allowed' } });
    expect(desk.looks()).toBe(false);
    valueFrom(await desk.scan('NEW-1', 'somebody'));
    expect(desk.waiting()).toMatchObject({ serial: 'NEW-1' });
    expect(await desk.scan('QA OFF', 'somebody')).toMatchObject(ok({ scan: 'quality' }));
  });

  it('waits until the scanned unit has its board or is forgotten', async () => {
    const { desk } = await openedFor(['operator', 'qa']);
    valueFrom(await desk.scan('NEW-1', 'somebody'));
    expect(await desk.scan('QA ON', 'somebody')).toMatchObject({ problem: { code: 'scan-waiting-for-board' } });
    expect(desk.looks()).toBe(false);
    valueFrom(await desk.scan('CANCEL', 'somebody'));
    valueFrom(await desk.scan('QA ON', 'somebody'));
    expect(desk.looks()).toBe(true);
  });
});

describe('a golden unit', () => {
  it('is worked on by no other way in', async () => {
    const desk = deskOf(openTestPeople().desk.permits, 'GOLD-1');
    const typed = { serial: 'GOLD-1', mac: null, slot: 1, rework: false };
    expect(await desk.take(typed)).toMatchObject({ problem: { code: 'golden-unit' } });
    expect(await desk.rework('GOLD-1', 'somebody')).toMatchObject({ problem: { code: 'golden-unit' } });
    expect(desk.waiting()).toBeNull();
  });
});

describe('barcodes that end work', () => {
  it.each([
    [['qa'], 'not-allowed'],
    [['operator'], 'ok'],
    [['technician'], 'ok'],
  ] as const)('are for those who may work in a slot: %j', async (roles, wanted) => {
    const people = openTestPeople();
    await people.add('engineer', ['engineer'], testPin);
    await people.add('somebody', roles);
    await people.add('worker', ['operator']);
    const desk = deskOf(people.desk.permits, 'GOLD-1');
    valueFrom(await desk.scan('NEW-1', 'worker'));
    const codeOf = (answer: Awaited<ReturnType<typeof desk.scan>>) => (answer.ok ? 'ok' : answer.problem.code);
    expect(codeOf(await desk.scan('ABORT 3', 'somebody'))).toBe(wanted);
    expect(codeOf(await desk.scan('CANCEL', 'somebody'))).toBe(wanted);
    expect(desk.waiting() === null).toBe(wanted === 'ok');
  });
});
