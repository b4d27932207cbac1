import { expect, test } from '../fixtures.ts';
import { afterRestart, hand, passOne, skipTour, slotCard, trayOf } from '../operator.ts';

test('a station that is killed in mid-run takes up its work after the next start', async ({ station }) => {
  const page = station.page();
  await skipTour(page);
  const [first, second] = await trayOf(page);
  await passOne(page, first?.serial ?? '', 1);
  const serial = second?.serial ?? '';
  await hand(page, serial, 'scan');
  await hand(page, serial, 'plug');
  await expect(slotCard(page, 2)).toHaveAttribute('data-state', 'asking');
  await station.kill();
  const after = await station.start();
  await afterRestart(after);
  // Nothing had been written: the board's work starts over by itself when it is plugged in again.
  await expect(slotCard(after, 2)).toContainText(serial, { timeout: 60_000 });
  await expect(slotCard(after, 2)).toContainText('Plug the board back in');
  await hand(after, serial, 'plug');
  await expect(slotCard(after, 2)).toHaveAttribute('data-state', 'asking');
  await hand(after, serial, 'enter-configuration');
  await expect(slotCard(after, 2)).toContainText('PASS');
  // What had passed before is still in the books.
  await hand(after, serial, 'unplug');
  await expect(after.locator(`[data-serial="${first?.serial}"]`)).toHaveCount(0);
});
