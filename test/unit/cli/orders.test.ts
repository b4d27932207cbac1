import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadRecipe } from '../../../src/main/compose-recipe.ts';
import { valueFrom } from '../../doubles/books.ts';
import { openIdleStation } from '../../doubles/idle-station.ts';
import { orderOf } from '../../doubles/orders.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/* Work orders at a terminal, with and without a station that has the folder open. */

let terminal: Terminal;
beforeEach(() => {
  terminal = openTerminal();
});
afterEach(() => terminal.close());

const { recipe, hash } = valueFrom(loadRecipe('mxchip-devkit'));
const order = (name: string) =>
  orderOf(name, { recipe: recipe.name, recipeHash: hash, serials: { list: ['a', 'b', 'c'] } });

it('are added, shown, chosen and closed; a report names the shift', async () => {
  const file = terminal.file('order.json', JSON.stringify(order('WO-1')));
  expect(await terminal.run(['order', 'add', file, '--choose'])).toMatchObject({ code: 0, stderr: '' });
  expect((await terminal.run(['order', 'list'])).stdout).toMatch(/^\* WO-1 +open +3 of mxchip-devkit\n$/);
  const shown = (await terminal.run(['order', 'show', 'WO-1', '--json'])).stdout.trim().split('\n');
  expect(shown.map((line) => JSON.parse(line))).toMatchObject([
    { name: 'WO-1', active: true, closesOn: 'delivered' },
    { serial: 'a', state: 'free' },
    { serial: 'b', state: 'free' },
    { serial: 'c', state: 'free' },
  ]);
  const report = await terminal.run(['shift', 'report']);
  expect(report.stdout).toMatch(
    /^TRAINING {2}station-1 .* to .*\nnothing to call back\npassed 0, failed 0; first pass 0 of 0 units\norder WO-1: 0 of 3, delivered 0, proved 0\naudit head: \d+:[0-9a-f]{64}\n$/,
  );
  expect(await terminal.run(['order', 'close', 'WO-1'])).toMatchObject({ code: 0, stdout: 'WO-1 is closed.\n' });
  const again = await terminal.run(['order', 'close', 'WO-1', '--json']);
  expect([again.code, JSON.parse(again.stderr).problem.code]).toEqual([1, 'order-closed']);
});

it('reach the station that owns the folder', async () => {
  const data = join(terminal.folder, 'data');
  const owner = valueFrom(await openIdleStation(data, 'training', 'window'));
  try {
    const file = terminal.file('order.json', JSON.stringify(order('WO-2')));
    expect(await terminal.run(['order', 'add', file])).toMatchObject({ code: 0, stderr: '' });
    expect(await terminal.run(['order', 'choose', 'WO-2', '--actor', 'lead'])).toMatchObject({ code: 0 });
    expect(valueFrom(await owner.books.activeOrder())?.order.name).toBe('WO-2');
    expect(await terminal.run(['order', 'choose'])).toMatchObject({ code: 0, stdout: 'No order is worked on.\n' });
    expect(valueFrom(await owner.books.activeOrder())).toBeNull();
  } finally {
    await owner.stop();
  }
});

it.each([
  ['a file that is not there', ['order', 'add', 'nowhere.json'], 'nowhere.json'],
  ['a PIN without a badge', ['order', 'close', 'A', '--countersign-pin-file', 'f'], '--countersign'],
  ['a time that is none', ['shift', 'report', '--at', 'noon'], 'noon'],
])('refuse %s as wrong use', async (_, args, said) => {
  const ran = await terminal.run(args);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(said);
});

it('say what is wrong with an order', async () => {
  const file = terminal.file('bad.json', JSON.stringify({ ...order('WO-3'), quantity: 4 }));
  const ran = await terminal.run(['order', 'add', file]);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('there are only 3 serials');
});
