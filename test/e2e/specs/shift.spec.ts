import type { Page } from '@playwright/test';
import { type BenchHands, type BenchUnit, handsAt, medianOf, registrationIdOf, stationTimes } from '../bench-hands.ts';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { openPage, saidOnTop, skipTour, slotCard, trayOf, untilDelivered } from '../operator.ts';
import { atWork, enterStaff } from '../staff.ts';

/*
 * A shift of sixty units at one station, as an operator and a line lead live it, with the faults that come in a shift:
 * a duplicate label, boards exchanged in their place, wrong firmware, a cable pulled while the secret is written, a
 * write that fails, a cloud that is away, and an enrollment that is refused after its unit has left.
 */

const quantity = 60;
const order = 'WO-SHIFT-1';
/** Places that the operator keeps busy at once. */
const places = 3;
/** Every page of the rail: what must be recalled is counted on all of them. */
const pages = ['board', 'overview', 'orders', 'quality', 'returns', 'queue', 'records', 'settings'] as const;

/** Hands in the order as a file, and chooses it by its code. */
async function openOrder(page: Page, hands: BenchHands, units: readonly BenchUnit[]): Promise<void> {
  await openPage(page, 'orders');
  await page.locator('[data-new-order]').click();
  const value = (name: string): Promise<string> => page.locator(`[data-field="${name}"]`).inputValue();
  await expect(page.locator('[data-field="recipeHash"]')).toHaveValue(/^[0-9a-f]{64}$/);
  const [recipe, recipeHash, instance] = await Promise.all(['recipe', 'recipeHash', 'instance'].map(value));
  await openPage(page, 'orders');
  const file = {
    ...{ schema: 'dps-station/order/1', name: order, recipe, recipeHash, instance, quantity },
    serials: { list: units.map(({ serial }) => serial) },
    closesOn: 'delivered',
    taktTargetInS: 60,
  };
  const buffer = Buffer.from(JSON.stringify(file));
  await page.locator('input[type="file"]').setInputFiles({ name: 'order.json', mimeType: 'application/json', buffer });
  await expect(page.locator(`[data-imported="${order}"]`)).toBeVisible();
  await hands.scan(`ORDER ${order}`);
  await expect(page.locator(`[data-active="${order}"]`)).toBeVisible();
  await openPage(page, 'board');
}

test('a shift of sixty units with what goes wrong in a shift', async ({ station, dataFolder, door }) => {
  test.setTimeout(900_000);
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await enterStaff(page);
  const hands = await handsAt(page, dataFolder);
  const { bench } = hands;
  const units = await hands.makeUnits('S', quantity);
  const unit = (number: number): BenchUnit => units[number - 1] as BenchUnit;
  await atWork(page, 'lead', hands.scan);
  await openOrder(page, hands, units);
  await atWork(page, 'operator', hands.scan);
  await openPage(page, 'board');
  const strip = page.locator(`[data-order="${order}"]`);
  const made = (count: number) =>
    expect(strip.locator(`[data-made="${count}"][data-quantity="${quantity}"]`)).toBeAttached();
  const pass = (from: number, to: number): Promise<void> => hands.passAll(units.slice(from - 1, to), places);

  await pass(1, 9);
  await made(9);

  // The label of a unit that passed, on another board: nothing is begun.
  await hands.scan(`${unit(5).serial};${unit(10).mac}`);
  await expect(saidOnTop(page)).toHaveAttribute('data-problem', 'serial-already-passed');

  // Two boards are exchanged in their place behind the scan: the second one gets nothing of the first one's.
  await hands.scan(unit(10).label);
  await expect(saidOnTop(page)).toContainText(unit(10).serial);
  await bench.call('plug', { board: unit(10).board, slot: 1 });
  await expect(hands.card(unit(10).serial)).toHaveAttribute('data-state', 'asking');
  await bench.call('unplug', { board: unit(10).board });
  await bench.call('plug', { board: unit(11).board, slot: 1 });
  await bench.call('press', { board: unit(11).board, buttons: 'enter-configuration' });
  await expect(slotCard(page, 1)).toHaveAttribute('data-kind', 'fail');
  await bench.call('unplug', { board: unit(11).board });
  const exchanged = (await bench.call('state', {})).boards.filter(({ board }) =>
    [unit(10).board, unit(11).board].includes(board),
  );
  expect(exchanged.map(({ secretWrites }) => secretWrites)).toEqual([0, 0]);
  // Not at once: the same label again within a moment would be one that was read twice.
  await pass(11, 21);
  await pass(10, 10);
  await made(21);

  // A board with an old firmware under the label of unit 22; its serial is free again for the right board.
  const [old] = await hands.makeUnits('OLD', 1, '1.6.2');
  const stray: BenchUnit = { ...(old as BenchUnit), serial: unit(22).serial, label: `${unit(22).serial};${old?.mac}` };
  await hands.begin(stray, 1);
  await expect(hands.card(stray.serial).locator('[data-problem="firmware-version-mismatch"]')).toBeVisible();
  await hands.end(stray, 'fail');
  await pass(22, 28);

  // The cable is pulled while the secret is written: the unit is set aside, and passes once its board registers.
  await bench.call('fault', { board: unit(29).board, fault: 'unplug-in-write' });
  await hands.begin(unit(29), 1);
  const aside = hands.card(unit(29).serial);
  await expect(aside).toContainText('SET ASIDE');
  await bench.call('fault', { board: unit(29).board, fault: 'none' });
  await bench.call('plug', { board: unit(29).board, slot: 1 });
  await hands.end(unit(29), 'pass');
  await made(29);

  // The network is away for ten units: the line does not wait for it.
  const network = page.getByRole('switch', { name: /^Network/ });
  await network.click();
  await expect(page.getByText('Network: cut')).toBeVisible();
  await pass(30, 39);
  await made(39);
  const cloud = page.locator('header a[href="#/queue"]');
  await expect(cloud).toContainText('waiting');
  await network.click();
  await untilDelivered(page);

  // A write that fails, and the same unit again some units later.
  await bench.call('fault', { board: unit(40).board, fault: 'write-failure' });
  await hands.begin(unit(40), 1);
  await hands.end(unit(40), 'fail');
  await bench.call('fault', { board: unit(40).board, fault: 'none' });
  await pass(41, 45);
  await pass(40, 40);
  await untilDelivered(page);

  // The service refuses one enrollment after its unit has left: every page counts it from then on.
  const refused = unit(46);
  const refusal = { registrationId: registrationIdOf(refused), errorCode: 400_004, message: 'refused on purpose' };
  await bench.call('dps-faults', { rejectIds: [refusal] });
  await pass(46, 46);
  await expect(page.getByRole('alert').filter({ hasText: 'has left' })).toBeVisible();
  await atWork(page, 'engineer', hands.scan); // who sees every page
  for (const name of pages) {
    await openPage(page, name);
    await expect(page.getByRole('alert').filter({ hasText: 'has left' })).toBeVisible();
  }
  await atWork(page, 'operator', hands.scan);
  await openPage(page, 'board');
  await pass(47, quantity);
  await made(quantity);
  await look(page, 'shift-board');

  // The lead: the order does not close while a unit outside is not enrolled; the report names it.
  await atWork(page, 'lead', hands.scan);
  await openPage(page, 'orders');
  const active = page.locator(`[data-active="${order}"]`);
  await active.locator('[data-close]').click();
  await page.locator('[data-close-confirmed]').click();
  await expect(page.getByRole('dialog').locator('[data-problem="order-open-items"]')).toContainText(refused.serial);
  await page.keyboard.press('Escape');
  await page.locator('[data-shift-report]').click();
  const report = page.locator('[data-report]');
  await expect(report.locator('[data-recall="1"]')).toContainText(refused.serial);
  await expect(report.locator('[data-recall="1"]')).toContainText(order);
  await expect(report.locator(`[data-passed="${quantity}"]`)).toBeVisible();
  await expect(report.locator('[data-cause="firmware-version-mismatch"][data-count="1"]')).toBeVisible();
  await expect(report.locator('[data-cause="board-secret-write-failed"][data-count="1"]')).toBeVisible();
  await look(page, 'shift-end');

  await bench.call('dps-faults', { rejectIds: [] });
  await openPage(page, 'queue');
  await page.locator('[data-view="recall"]').click();
  await page.locator(`[data-serial="${refused.serial}"]`).getByRole('button', { name: 'Try again' }).click();
  await untilDelivered(page);
  await openPage(page, 'orders');
  await active.locator('[data-close]').click();
  await page.locator('[data-close-confirmed]').click();
  await expect(page.locator('[data-active=""]')).toBeVisible();

  // The books of the cloud and of the boards have the last word.
  const { enrollments } = await bench.call('dps-book', {});
  const ids = new Set(units.map(registrationIdOf));
  const own = enrollments.filter(({ registrationId }) => ids.has(registrationId));
  expect(own.map(({ provisioningStatus }) => provisioningStatus)).toEqual(Array(quantity).fill('enabled'));
  expect(enrollments.some(({ registrationId }) => registrationId.includes(stray.mac))).toBe(false);
  const { boards } = await bench.call('state', {});
  const writes = new Map(boards.map((board) => [board.board, board]));
  expect(units.map(({ board }) => writes.get(board)?.secretWrites)).toEqual(Array(quantity).fill(1));
  expect(writes.get(stray.board)?.secretWrites).toBe(0);

  const minimum = medianOf(units.map(({ board }) => (writes.get(board)?.busyInMs ?? 0) / 1_000));
  const perUnit = (await hands.actions()) / quantity;
  process.stdout.write(
    `shift (${door}, recipe mxchip-devkit): ${quantity} units, ${perUnit.toFixed(2)} operator actions per unit with all faults ` +
      `(4 without: scan, plug, press, take away); median ${medianOf(stationTimes(dataFolder)).toFixed(2)} s of a job ` +
      `with the hand's time, ${minimum.toFixed(2)} s the board's own minimum\n`,
  );
});
