// Searching a log before the real server: by group and by project, in the address, and from an entry.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

async function picture(page: Page, name: string): Promise<string[]> {
  await page.screenshot({ path: `shots/${name}.png` });
  const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  return [
    ...(await findings(page)),
    ...((sideways as number) > 0 ? [`${sideways as number} px too wide`] : []),
  ];
}

test('an observer searches his log by group and project, and the address keeps it', async () => {
  const wrong: string[] = [];
  for (const { width, dark } of [
    { width: 1440, dark: false },
    { width: 1440, dark: true },
    { width: 1024, dark: false },
  ]) {
    const about = `${width}-${dark ? 'dark' : 'light'}`;
    const page = await demo.as('Observer', { width, dark });
    await page.goto(`${demo.origin}/log`);
    await page.getByRole('link', { name: 'Log of HERON' }).click();
    await page.getByText(/checked in this browser/).waitFor();
    await page.getByLabel('Show').selectOption({ label: 'Answers, reviews, quality' });
    await page.waitForURL((url) => url.searchParams.get('what') === 'work');
    await page.getByText(/Looked through entries/).waitFor();
    await page.getByRole('cell', { name: 'Annotation submitted' }).first().waitFor();
    await page.getByText(/checked in this browser/).waitFor();
    expect(await page.getByRole('cell', { name: 'Assignment sent' }).count()).toBe(0);
    wrong.push(...(await picture(page, `log-group-${about}`)));

    const submitted = page.getByRole('row').filter({ hasText: 'Annotation submitted' });
    await submitted.first().getByRole('link').click();
    await page.getByRole('link', { name: 'All entries about this project' }).click();
    await page.waitForURL((url) => url.searchParams.has('project') && !url.searchParams.has('what'));
    await page.reload();
    await page.getByText(/Looked through entries/).waitFor();
    await page.getByRole('cell', { name: 'Assignment sent' }).first().waitFor();
    wrong.push(...(await picture(page, `log-project-${about}`)));

    await page.getByLabel('Show').selectOption({ label: 'Cases and detection' });
    await page.getByText('None found.').waitFor();
    wrong.push(...(await picture(page, `log-none-${about}`)));
    await page.context().close();
  }
  expect([...new Set(wrong)]).toEqual([]);
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 180_000);
