import { serviceCaller } from '../../interop/dps-bench.ts';
import { type BenchHands, type BenchUnit, handsAt } from '../bench-hands.ts';
import { expect, test } from '../fixtures.ts';
import { openPage, saidOnTop, skipTour, trayOf, untilDelivered } from '../operator.ts';
import { screenOf, workOn } from '../return-hands.ts';
import { atWork, enterStaff } from '../staff.ts';

/*
 * The three people again, for every kind of unit that the station makes: what a unit costs in hands is counted per
 * recipe. The long ways of the DevKit have specs of their own.
 */

const quantity = 6;

/** What is written to a board of a kind, and what its returns may come to. */
const recipes = [
  { recipe: 'mxchip-devkit', deed: 'new-identity' },
  { recipe: 'mxchip-devkit-symmetric-key', deed: 'new-identity' },
  { recipe: 'linux-tpm', deed: 'new-board' },
  { recipe: 'x509-station', deed: 'new-identity' },
] as const;

/** The entry of a unit as the service has it, by the device id that its recipe gives it. */
async function entryOf({ ready }: BenchHands, { serial }: BenchUnit) {
  if (ready.dps === null) throw new Error('the bench has no cloud');
  const call = serviceCaller(ready.dps);
  const { json } = await call('POST', '/enrollments/query', { query: '*' });
  const rows: readonly { deviceId: string; registrationId: string; provisioningStatus: string }[] = json;
  const found = rows.filter(({ deviceId }) => deviceId === serial);
  return { found, remove: () => call('DELETE', `/enrollments/${found[0]?.registrationId}`) };
}

for (const { recipe, deed } of recipes) {
  test.describe(recipe, () => {
    test.use({ settings: { recipe } });

    test(`an operator, QA and a technician with units of ${recipe}`, async ({ station, dataFolder, door }) => {
      const page = station.page();
      await skipTour(page);
      await trayOf(page);
      await enterStaff(page);
      const hands = await handsAt(page, dataFolder, recipe);
      const units = await hands.makeUnits('SN-2026-', quantity);
      const [first, second, third] = units as [BenchUnit, BenchUnit, BenchUnit];

      await atWork(page, 'operator', hands.scan);
      await openPage(page, 'board');
      await hands.passAll([first, second], 2);
      // A label that passed begins nothing.
      await hands.scan(first.label);
      await expect(saidOnTop(page)).toHaveAttribute('data-problem', 'serial-already-passed');
      // A board on which nothing can be written fails, and passes when it is mended.
      await hands.bench.call('fault', { board: third.board, fault: 'write-failure' });
      await hands.begin(third, 1);
      await hands.end(third, 'fail');
      await hands.bench.call('fault', { board: third.board, fault: 'none' });
      // Not at once: the same label again within a moment would be one that was read twice.
      await hands.passAll([...units.slice(3), third], 2);
      await untilDelivered(page);
      const made = await hands.actions();
      await hands.bench.call('power-up', { boards: units.map(({ board }) => board) });

      await expect
        .poll(async () => (await hands.bench.call('dps-book', {})).enrollments.map((row) => row.registrationStatus))
        .toEqual(units.map(() => 'assigned'));

      // Somebody takes one entry away behind the station's back; QA finds that one and no other.
      const { remove } = await entryOf(hands, second);
      expect((await remove()).status).toBe(204);
      await atWork(page, 'qa', hands.scan);
      const before = await hands.actions();
      const verdicts: string[] = [];
      for (const { serial, label } of units) {
        await hands.scan(label);
        const card = page.locator('[data-verification]').filter({ has: page.locator(`[data-verified="${serial}"]`) });
        const verdict = card.locator('section[data-verdict]');
        await expect(verdict).toHaveAttribute('data-verdict', /^(pass|fail|cannot-tell)$/);
        verdicts.push(`${serial} ${await verdict.getAttribute('data-verdict')}`);
      }
      expect(verdicts).toEqual(units.map(({ serial }) => `${serial} ${serial === second.serial ? 'fail' : 'pass'}`));
      const looked = (await hands.actions()) - before;

      await atWork(page, 'technician', hands.scan);
      const from = await hands.actions();
      const [spare] = (await hands.makeUnits('SPARE', 1)) as [BenchUnit];
      const next: BenchUnit =
        deed === 'new-board'
          ? { ...spare, serial: first.serial, label: first.label.replace(first.mac, spare.mac) }
          : first;
      const screen = screenOf(page);
      await screen.openReturn(hands, first, 'field-failure', deed);
      await expect(page.locator('[data-case]')).toHaveAttribute('data-step', 'awaiting-board');
      await workOn(page, hands, next, 1);
      const returned = (await hands.actions()) - from;

      const { found } = await entryOf(hands, first);
      expect(found.map(({ provisioningStatus }) => provisioningStatus)).toContain('enabled');
      expect(found.filter(({ provisioningStatus }) => provisioningStatus === 'enabled')).toHaveLength(1);
      const { boards } = await hands.bench.call('state', {});
      const registered = boards.find(({ board }) => board === next.board)?.lastRegistration;
      expect(registered).toMatch(/^assigned /);

      process.stdout.write(
        `three people (${door}, recipe ${recipe}): operator ${(made / quantity).toFixed(2)} actions per unit with two ` +
          `faults, QA ${(looked / quantity).toFixed(2)}, technician ${returned} and ${screen.presses()} presses (${deed})\n`,
      );
    });
  });
}
