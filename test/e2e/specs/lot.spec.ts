import type { Page } from '@playwright/test';
import { selfSigned } from '../../interop/dps-bench.ts';
import { agentFor, officialServiceClient } from '../../interop/official-service.ts';
import { type BenchHands, type BenchUnit, handsAt, medianOf, registrationIdOf } from '../bench-hands.ts';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { openPage, skipTour, trayOf, untilDelivered } from '../operator.ts';
import { atWork, enterStaff } from '../staff.ts';

/*
 * A lot of twenty units, as QA looks at it: all are made and registered, then somebody else changes two of them in the
 * cloud. Both must be found, and none of the others called bad.
 */

const size = 20;
const lot = 'LOT-20';

/** Changes two enrollments behind the station's back, with Microsoft's own client: one is gone, one is another's. */
async function spoil({ ready }: BenchHands, gone: BenchUnit, exchanged: BenchUnit): Promise<void> {
  if (ready.dps === null) throw new Error('the bench has no cloud');
  const agent = agentFor(ready.dps);
  const client = officialServiceClient(ready.dps, agent);
  try {
    await client.deleteIndividualEnrollment(registrationIdOf(gone));
    const { responseBody } = await client.getIndividualEnrollment(registrationIdOf(exchanged));
    const { certPem } = selfSigned(registrationIdOf(exchanged));
    const clientCertificates = { primary: { certificate: certPem } };
    const attestation = { type: 'x509', x509: { clientCertificates } } as const;
    await client.createOrUpdateIndividualEnrollment({ ...responseBody, attestation } as typeof responseBody);
  } finally {
    agent.destroy();
  }
}

/** Opens the lot by scans and fields, with its units as members. */
async function openLot(page: Page, hands: BenchHands, units: readonly BenchUnit[]): Promise<void> {
  await page.locator('[data-view="lots"]').click();
  await page.locator('[data-open-lot]').click();
  await expect(page.locator('[data-lot-form]')).toBeVisible();
  await hands.scan(lot);
  await expect(page.locator('[data-lot-name]')).toHaveValue(lot);
  await page.locator('[data-lot-size]').fill(String(size));
  await page.locator('[data-plan] label').nth(1).click();
  await page.locator('[data-lot-sample]').fill(String(size));
  await page.locator('[data-lot-opened]').click();
  await page.locator('[data-add-units]').click();
  await page.locator('[data-serials]').fill(units.map(({ serial }) => serial).join('\n'));
  await page.locator('[data-added]').click();
  // As long as the list is open, scans are for it.
  await expect(page.locator('[data-serials]')).toBeHidden();
  await expect(page.locator(`[data-lot="${lot}"] [data-members="${size}"]`)).toBeVisible();
  await expect(page.locator('[data-lot-next] [data-next]')).toHaveCount(size);
}

test('a lot of twenty with two bad units: both are found, and no good one is called bad', async ({
  station,
  dataFolder,
  door,
}) => {
  test.setTimeout(900_000);
  const page = station.page();
  await skipTour(page);
  await trayOf(page);
  await enterStaff(page);
  const hands = await handsAt(page, dataFolder);
  await atWork(page, 'operator', hands.scan);
  await openPage(page, 'board');
  const units = await hands.makeUnits('Q', size);
  await hands.passAll(units, 3);
  await untilDelivered(page);
  await hands.bench.call('power-up', { boards: units.map(({ board }) => board) });
  const [gone, exchanged] = [units[4], units[12]] as [BenchUnit, BenchUnit];
  await spoil(hands, gone, exchanged);

  await atWork(page, 'qa', hands.scan); // the badge opens the QA bench
  // On whatever page it is scanned: to QA a label names a unit to look at.
  await openPage(page, 'board');
  await hands.scan(units[0]?.label ?? '');
  await expect(page.locator(`[data-verified="${units[0]?.serial}"]`)).toBeVisible();
  await openLot(page, hands, units);
  await look(page, 'lot-sample');
  const shown = page.locator('[data-verification]');
  const verdicts: string[] = [];
  const times: number[] = [];
  const before = await hands.actions();
  for (const { serial, label } of units) {
    const begun = performance.now();
    await hands.scan(label);
    const card = shown.filter({ has: page.locator(`[data-verified="${serial}"]`) });
    const verdict = card.locator('section[data-verdict]');
    await expect(verdict).toHaveAttribute('data-verdict', /^(pass|fail|cannot-tell)$/);
    times.push((performance.now() - begun) / 1_000);
    verdicts.push(`${serial} ${await verdict.getAttribute('data-verdict')}`);
    if (serial === gone.serial) {
      await expect(card.locator('[data-check="entry"][data-check-verdict="fail"]')).toBeVisible();
    }
    if (serial === exchanged.serial) {
      await expect(card.locator('[data-check="entry-credential"][data-check-verdict="fail"]')).toBeVisible();
      await look(page, 'lot-bad-unit');
    }
  }
  const bad = new Set([gone.serial, exchanged.serial]);
  expect(verdicts).toEqual(units.map(({ serial }) => `${serial} ${bad.has(serial) ? 'fail' : 'pass'}`));
  const actions = (await hands.actions()) - before;

  const view = page.locator(`[data-lot="${lot}"]`);
  await expect(view.locator('[data-passed="18"][data-failed="2"][data-left="0"]')).toBeVisible();
  await expect(view.locator('[data-lot-verdict="rejected"]')).toBeVisible();
  await view.getByRole('link').click();
  await page.locator('[data-close-lot]').click();
  await expect(page.getByRole('dialog')).toContainText(lot);
  await page.getByRole('dialog').getByRole('button').last().click();
  await expect(view).toHaveAttribute('data-closed', 'rejected');
  await look(page, 'lot-rejected');

  // To look at units is to change nothing, in no book.
  const { boards } = await hands.bench.call('state', {});
  const writes = new Map(boards.map(({ board, secretWrites }) => [board, secretWrites]));
  expect(units.map(({ board }) => writes.get(board))).toEqual(Array(size).fill(1));
  process.stdout.write(
    `lot (${door}, recipe mxchip-devkit): ${size} units, ${(actions / size).toFixed(2)} operator actions per unit, ` +
      `median ${medianOf(times).toFixed(2)} s from the scan to the verdict on the screen; no board is needed\n`,
  );
});
