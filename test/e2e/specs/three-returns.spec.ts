import { type BenchHands, type BenchUnit, handsAt, registrationIdOf } from '../bench-hands.ts';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { afterRestart, openPage, skipTour, trayOf, untilDelivered } from '../operator.ts';
import { screenOf, workOn } from '../return-hands.ts';
import { atWork, enterStaff } from '../staff.ts';

/*
 * Three units come back to a technician with a laptop: one gets a new identity though the network is away and the laptop
 * is switched off in between, one lives on as a new board under its old serial, one is retired.
 */

/** The entries of the cloud by registration id. */
async function entries(hands: BenchHands) {
  const { enrollments } = await hands.bench.call('dps-book', {});
  return new Map(enrollments.map((row) => [row.registrationId, row]));
}

test('three returns: a new identity over a lost network, a new board under an old serial, a retirement', async ({
  station,
  dataFolder,
  door,
}) => {
  test.setTimeout(900_000);
  const first = station.page();
  await skipTour(first);
  await trayOf(first);
  await enterStaff(first);
  const before = await handsAt(first, dataFolder);
  await atWork(first, 'operator', before.scan);
  await openPage(first, 'board');
  const units = await before.makeUnits('V', 4);
  const [renewed, replaced, retired, spare] = units as [BenchUnit, BenchUnit, BenchUnit, BenchUnit];
  await before.passAll([renewed, replaced, retired], 3);
  await untilDelivered(first);
  await before.bench.call('power-up', { boards: [renewed, replaced, retired].map(({ board }) => board) });
  const old = await entries(before);
  const counted = await before.actions();

  await atWork(first, 'technician', before.scan);
  // The network is away and the laptop is switched off: the return waits for both.
  const screenBefore = screenOf(first);
  await first.getByRole('switch', { name: /^Network/ }).click();
  await expect(first.getByText('Network: cut')).toBeVisible();
  await screenBefore.openReturn(before, renewed, 'field-failure', 'new-identity');
  await expect(first.locator('[data-waits-for="network"]')).toBeVisible();
  expect((await entries(before)).get(registrationIdOf(renewed))?.provisioningStatus).toBe('enabled');
  const actionsBefore = (await before.actions()) - counted;
  await station.kill();
  const page = await station.start();
  await afterRestart(page);
  const hands = await handsAt(page, dataFolder);
  const restarted = await hands.actions();
  // A restart signs everybody out. The return went on by itself meanwhile; only people have to come back.
  await atWork(page, 'technician', hands.scan);
  await openPage(page, 'returns');
  await expect(page.locator(`[data-return][data-unit="${renewed.serial}"]`)).toBeVisible();
  await expect(page.locator(`[data-unit="${renewed.serial}"] [data-waits-for="board"]`)).toBeVisible();
  expect((await entries(hands)).get(registrationIdOf(renewed))?.provisioningStatus).toBe('disabled');
  await workOn(page, hands, renewed, 1);
  await look(page, 'returns-after-outage');

  const screen = screenOf(page);
  await screen.openReturn(hands, replaced, 'field-failure', 'new-board');
  await expect(page.locator('[data-case]')).toHaveAttribute('data-step', 'awaiting-board');
  const successor: BenchUnit = { ...spare, serial: replaced.serial, label: `${replaced.serial};${spare.mac}` };
  await workOn(page, hands, successor, 2);

  // The end of an identity is the lead's to say.
  await atWork(page, 'lead', hands.scan);
  await screen.openReturn(hands, retired, 'scrap', 'retire');
  await expect(page.locator('[data-outcome="finished"]')).toBeVisible();
  await openPage(page, 'returns');
  await expect(page.locator('[data-open-returns="0"]')).toBeVisible();

  // The books of the cloud and of the boards have the last word.
  const now = await entries(hands);
  const [was, is] = [old.get(registrationIdOf(renewed)), now.get(registrationIdOf(renewed))];
  expect(is).toMatchObject({ provisioningStatus: 'enabled', registrationStatus: 'assigned' });
  expect(is?.sha256Thumbprint).not.toBe(was?.sha256Thumbprint);
  expect(now.get(registrationIdOf(replaced))?.provisioningStatus ?? 'gone').toMatch(/^(disabled|gone)$/);
  expect(now.get(registrationIdOf(spare))).toMatchObject({
    provisioningStatus: 'enabled',
    registrationStatus: 'assigned',
  });
  expect(now.get(registrationIdOf(retired))?.provisioningStatus ?? 'gone').toMatch(/^(disabled|gone)$/);
  const { boards } = await hands.bench.call('state', {});
  const writes = new Map(boards.map((board) => [board.board, board]));
  expect(units.map(({ board }) => writes.get(board)?.secretWrites)).toEqual([2, 1, 1, 1]);

  const actions = actionsBefore + (await hands.actions()) - restarted;
  const presses = screenBefore.presses() + screen.presses();
  process.stdout.write(
    `returns (${door}, recipe mxchip-devkit): 3 units, ${(actions / 3).toFixed(2)} operator actions at the bench and ` +
      `${(presses / 3).toFixed(2)} presses on the screen per unit; ` +
      `${((writes.get(spare.board)?.busyInMs ?? 0) / 1_000).toFixed(2)} s a board's own minimum\n`,
  );
});
