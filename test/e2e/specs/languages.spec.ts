import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { look } from '../look.ts';
import { openPage, passOne, saidOnTop, skipTour, slotCard, trayOf, wedge } from '../operator.ts';

const names = {
  de: 'Deutsch',
  nl: 'Nederlands',
  zh: '简体中文',
  es: 'Español',
  vi: 'Tiếng Việt',
  en: 'English',
} as const;

function words(language: string, namespace: string): Record<string, Record<string, string>> {
  const file = join(import.meta.dirname, `../../../src/renderer/words/${language}/${namespace}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
}

for (const [language, name] of Object.entries(names)) {
  test(`the page speaks ${name} at once and after a reload, problems included`, async ({ station }) => {
    const page = station.page();
    await skipTour(page);
    const [first] = await trayOf(page);
    await page.locator('[data-tool="language"]').click();
    await page.getByRole('menuitem', { name }).click();
    const board = words(language, 'board');
    await expect(saidOnTop(page)).toContainText(board['scan']?.['idle'] ?? '');
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await page.reload();
    await expect(saidOnTop(page)).toContainText(board['scan']?.['idle'] ?? '');
    await wedge(page, 'no label');
    if (language !== 'en') {
      const problems = words(language, 'problems');
      const remedy = problems['scan-not-recognised']?.['remedy'] ?? '';
      await expect(saidOnTop(page)).toContainText(remedy);
    }
    await passOne(page, first?.serial ?? '', 1);
    await expect(slotCard(page, 1)).toContainText(board['verdict']?.['passed'] ?? '');
    await look(page, `language-${language}`);
    await openPage(page, 'settings');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(String(words(language, 'settings')['title']));
    await look(page, `language-${language}-settings`);
  });
}
