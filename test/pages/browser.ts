// Opens pages in the Chromium of this machine, and records whatever a page must not do: complain, fail, or ask for anything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, type CDPSession, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';

/** Without these, the browser asks its maker's servers for updates and settings. */
const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export interface Opened {
  readonly page: Page;
  /** Milliseconds until the page was loaded and laid out. */
  readonly tookMs: number;
  /** The same without the time in which other processes had the machine. */
  readonly cpuMs: number;
}

/** A browser for the tests of one file. */
export function useBrowser() {
  let browser: Browser | undefined;
  let folder = '';
  const troubles: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: QUIET,
    });
    folder = mkdtempSync(join(tmpdir(), 'pruner-pages-'));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
    expect(troubles).toEqual([]);
  });

  return {
    /** Opens the document as the file that an operator would open. */
    open: async (html: string, options: BrowserContextOptions = {}): Promise<Opened> => {
      if (browser === undefined) throw new Error('the browser has not started');
      const file = join(folder, 'page.html');
      writeFileSync(file, html);
      const address = pathToFileURL(file).href;
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
      page.on('request', (request) => {
        if (request.url() !== address) troubles.push(`request: ${request.url()}`);
      });
      const began = performance.now();
      await page.goto(address, { waitUntil: 'load' });
      // A page without scripts has no frames to wait for.
      if (options.javaScriptEnabled !== false)
        await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      return { page, tookMs: performance.now() - began, cpuMs: await cpuOf(session) };
    },
  };
}

/** Milliseconds that the main thread of the page has worked, by its own clock. */
async function cpuOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Infinity);
}
