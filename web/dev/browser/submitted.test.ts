// Looking back at what one submitted, before the real server: the list, its filter in the address, one task opened.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { type Json, send } from './asking.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

type Listed = { items: { assignment: string; project: string }[]; projects: { id: string; name: string }[] };

async function picture(page: Page, name: string): Promise<string[]> {
  await page.screenshot({ path: `shots/${name}.png` });
  const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  return [
    ...(await findings(page)),
    ...((sideways as number) > 0 ? [`${sideways as number} px too wide`] : []),
  ];
}

test('an expert finds what he submitted, keeps the filter in the address, and reads his answer', async () => {
  const wrong: string[] = [];
  for (const { width, dark } of [
    { width: 1440, dark: false },
    { width: 1440, dark: true },
    { width: 1024, dark: false },
  ]) {
    const page = await demo.as('Expert in biology', { width, dark });
    const ask = page.context().request;
    const about = `${width}-${dark ? 'dark' : 'light'}`;
    const all = (await send(demo, ask, 'GET', '/submitted')) as Json as Listed;
    expect(all.items.length).toBeGreaterThan(1);
    const project = all.projects.find((one) => one.id === all.items[0]?.project);

    await page.goto(`${demo.origin}/work`);
    await page.getByRole('link', { name: 'All that you submitted' }).click();
    await page.getByText(/counts as a task you took/).waitFor();
    wrong.push(...(await picture(page, `submitted-${about}`)));
    await page.getByLabel('Project').selectOption({ label: project?.name ?? '' });
    await page.waitForURL((url) => url.searchParams.get('project') === project?.id);
    await page.reload();
    await page.getByText(/counts as a task you took/).waitFor();
    const rows = await page
      .getByRole('row')
      .filter({ has: page.getByRole('link') })
      .count();
    expect(rows).toBe(all.items.filter((one) => one.project === project?.id).length);

    await page.locator('td a').first().click();
    await page.getByText(/was sent to you again/).waitFor();
    await page
      .getByRole('heading', { name: /Your answer|Revision/ })
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: /Submit/ }).count()).toBe(0);
    wrong.push(...(await picture(page, `submitted-one-${about}`)));
    await page.context().close();
  }
  expect([...new Set(wrong)]).toEqual([]);
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 180_000);
