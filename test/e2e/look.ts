import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

const kept = process.env['DPS_STATION_PICTURES'] === 'keep';
const root = join(import.meta.dirname, '../..');

/**
 * Looks at a page as it is: takes its picture, asks axe for every breach of WCAG 2.2 A and AA, and measures that nothing
 * sticks out sideways and that every target is big enough. Pictures go to `docs/screens` when `npm run screens` asks.
 */
export async function look(page: Page, name: string): Promise<void> {
  const door = test.info().project.name;
  const folder = kept ? join(root, 'docs/screens', door) : join(root, '.cache/pictures', door);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
  expect.soft(await breaches(page), `axe on ${name}`).toEqual([]);
  expect.soft(await sidewaysOverflow(page), `${name} is wider than its window`).toBeLessThanOrEqual(0);
  expect.soft(await smallTargets(page), `targets below 44 px on ${name}`).toEqual([]);
}

async function breaches(page: Page): Promise<readonly string[]> {
  const builder = new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    // Electron has no second blank page to run the checks of frames in; there are no frames.
    .setLegacyMode(true);
  const { violations } = await builder.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`),
  );
}

function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Everything that can be pressed, unless it is a link in running text. */
function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const all = [
      ...document.querySelectorAll<HTMLElement>(
        'button, a[href], input:not([type="hidden"]), select, [role="tab"], [role="switch"]',
      ),
    ];
    return all.flatMap((element) => {
      // A switch or radio is pressed by its label as well.
      const labelled =
        element instanceof HTMLInputElement
          ? (element.closest('label') ?? element.parentElement?.closest('[class*="root"]'))
          : null;
      const box = (labelled ?? element).getBoundingClientRect();
      const shown =
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width > 1 && box.height > 1;
      const small = Math.min(box.height, Math.max(box.width, 44)) < 43.5;
      return shown && small
        ? [
            `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').slice(0, 30)}" ${Math.round(box.width)}x${Math.round(box.height)}`,
          ]
        : [];
    });
  });
}
