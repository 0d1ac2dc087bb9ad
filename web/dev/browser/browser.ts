// A headless Chromium before the built app and a fresh mock.

import { type Browser, chromium, type Page } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { preview, type PreviewServer } from 'vite';
import { mocked } from '../mock.config.ts';
import { Mock } from '../mock.ts';

const executablePath = process.env.VOUCHSAFE_CHROMIUM ?? '/usr/bin/chromium';
const args = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const root = fileURLToPath(new URL('../..', import.meta.url));

export type Stage = { page: Page; mock: Mock; origin: string; said: string[]; close: () => Promise<void> };
let browser: Browser | undefined;

/** A signed-in page of its own, with everything the console said. Served anew each time, so that nothing is shared. */
export async function stage({
  width = 1440,
  height = 900,
  dark = false,
  signedIn = true,
} = {}): Promise<Stage> {
  browser ??= await chromium.launch({ executablePath, args });
  const mock = new Mock();
  mock.signedIn = signedIn;
  const server: PreviewServer = await preview({
    root,
    configFile: false,
    plugins: [mocked(mock)],
    preview: { port: 0, host: '127.0.0.1' },
    logLevel: 'silent',
  });
  const origin = server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`thrown: ${error.stack ?? error.message}`));
  return {
    page,
    mock,
    origin,
    said,
    close: async () => {
      await context.close();
      await server.close();
    },
  };
}

export const closeBrowser = async (): Promise<void> => browser?.close();

/** From the start into the first task of a project. */
export async function begin({ page, origin }: Stage, project: string): Promise<void> {
  await page.goto(`${origin}/work`);
  const row = page.locator('li', { has: page.getByText(project, { exact: true }) }).last();
  await row.getByRole('button').click();
  await page.waitForURL(/\/work\/[0-9a-f-]{36}$|agreement|guideline/);
  if (page.url().includes('agreement')) {
    await page.getByRole('button', { name: /I agree/ }).click();
    await page.waitForURL(`${origin}/work`);
    return begin({ page, origin } as Stage, project);
  }
  if (page.url().includes('guideline')) {
    await page.getByRole('button', { name: 'I have read it' }).click();
    await page.waitForURL(`${origin}/work`);
    return begin({ page, origin } as Stage, project);
  }
  await page.getByRole('button', { name: /Submit and next/ }).waitFor();
}
