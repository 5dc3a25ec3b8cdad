// Requirements of every page: no fault that axe finds, and no wider than its window.
import type { AxeResults } from 'axe-core';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { axeFile } from './browser.ts';

const axe = readFileSync(axeFile, 'utf8');

/** By how many pixels the page is wider than its window. */
export const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

async function findViolations(page: Page): Promise<string[]> {
  // The policy of the page refuses scripts in elements, so this one is run by the debugger.
  await page.evaluate(axe);
  const found = await page.evaluate<AxeResults>(
    `axe.run(document, { rules: { 'color-contrast-enhanced': { enabled: true } } })`,
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
}

/** Lists the faults in any width, light and dark, also with all details open. */
export async function findFaults(page: Page, widths: readonly number[]): Promise<string[]> {
  const faults: string[] = [];
  const measure = async (what: string) => {
    const pixels = await overflow(page);
    if (pixels > 0) faults.push(`${what}: ${pixels} pixels too wide`);
  };
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await measure(`${width} pixels`);
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    await measure(`${width} pixels, all open`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      faults.push(...(await findViolations(page)).map((fault) => `${width} pixels, ${colorScheme}: ${fault}`));
    }
  }
  return faults;
}
