// Takes the pictures of the documents: the top of the page of a real run in the sandbox. Without --update it only looks whether
// they are there and small.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { demonstrated } from '../../scripts/demonstration.ts';
import { printPage } from '../../shared/report/html/page.ts';
import { useBrowser } from './browser.ts';

const { open } = useBrowser();
const fileOf = (scheme: string) => fileURLToPath(new URL(`../../docs/page-${scheme}.png`, import.meta.url));
const isUpdate = process.env['UPDATE_PICTURES'] === 'yes';
const MOST_BYTES = 150_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

test.skipIf(!isUpdate)('take the pictures of the documents', async () => {
  // A small cap, so that the nights have a backlog.
  const { report } = await demonstrated({ dryRun: false, nights: 5, settings: { maxDeregistrations: 45 } });
  const html = printPage(report);
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await open(html, { viewport: { width: 1000, height: 1400 }, colorScheme });
    const picture = await page.screenshot();
    expect(picture.length).toBeLessThanOrEqual(MOST_BYTES);
    writeFileSync(fileOf(colorScheme), picture);
    await page.context().close();
  }
});

test.each(['light', 'dark'])('the picture page-%s.png is at most 150 kB', (scheme) => {
  expect(readFileSync(fileOf(scheme)).subarray(0, 4)).toEqual(PNG);
  expect(statSync(fileOf(scheme)).size).toBeLessThanOrEqual(MOST_BYTES);
});
