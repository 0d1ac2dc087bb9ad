// The start before the real server: begun tasks of one project told apart, projects without work behind one line.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf, goldRow, looked, rounding, send } from './asking.ts';
import { findings } from './axe.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

/** A project of HERON with a few tasks; its id. */
async function project(name: string): Promise<string> {
  const operator = await demo.as('Operator');
  const ask = operator.context().request;
  const heron = await clientOf(demo, ask, 'HERON');
  const pipeline = { overlap: 1, review_rate: 1 };
  const made = {
    name,
    schema: rounding,
    guideline: 'Round ends in a zero.',
    pipeline,
    pool: { domain: 'biology' },
  };
  const { id } = await send(demo, ask, 'POST', `/clients/${heron}/projects`, made);
  for (let n = 1; n <= 4; n++) {
    const { external_id, data } = goldRow(n);
    await send(demo, ask, 'POST', `/projects/${id as string}/tasks`, { external_id, data });
  }
  await operator.context().close();
  return id as string;
}

const wide = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

test('two begun tasks of one project are told apart by what their holder did', async () => {
  const id = await project('Rounding, begun');
  const page = await demo.as('Expert in biology');
  const ask = page.context().request;
  await send(demo, ask, 'POST', `/projects/${id}/guideline/acknowledge`, { version: 1 });
  const held: string[] = [];
  for (let n = 0; n < 2; n++)
    held.push((await send(demo, ask, 'POST', `/projects/${id}/assignments`, {})).id as string);
  const draft = { answers: { verdict: { value: 'yes' } }, active_ms: 900 };
  await send(demo, ask, 'PUT', `/assignments/${held[1] ?? ''}/draft`, draft);
  await page.goto(`${demo.origin}/work`);
  const rows = page.getByRole('listitem').filter({ hasText: 'Rounding, begun' }).filter({ hasText: /Begun/ });
  await rows.first().waitFor();
  expect(await rows.filter({ hasText: 'Task 1' }).filter({ hasText: 'no draft yet' }).count()).toBe(1);
  const second = rows.filter({ hasText: 'Task 2' });
  expect(await second.filter({ hasText: /draft saved just now/ }).count()).toBe(1);
  expect(await second.filter({ hasText: /Yours for \d+ min more/ }).count()).toBe(1);
  await second.getByRole('link', { name: 'Go on with Task 2' }).click();
  await page.waitForURL(`**/work/${held[1] ?? ''}`);
  await page.context().close();
  expect(await looked(demo, 'Expert in biology', '/work', 'Rounding, begun', 'home-begun')).toEqual([]);
}, 180_000);

test('projects in which nothing waits lie behind one line that the keyboard opens', async () => {
  for (let n = 1; n <= 3; n++) await project(`Quiet ${n}`);
  const page = await demo.as('Reviewer', { width: 1024, height: 768 });
  await page.goto(`${demo.origin}/work`);
  const line = page.getByText(/\d+ projects with nothing waiting/);
  await line.waitFor();
  expect(await page.getByText('Quiet 2').isVisible()).toBe(false);
  await page.screenshot({ path: 'shots/home-folded.png', fullPage: true });
  await line.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Quiet 2').waitFor();
  await page.waitForURL((url) => url.searchParams.get('quiet') === 'shown');
  const names = await page.getByText(/^Quiet \d$/).allInnerTexts();
  expect(names).toEqual(['Quiet 1', 'Quiet 2', 'Quiet 3']);
  await page.screenshot({ path: 'shots/home-unfolded.png', fullPage: true });
  expect(await findings(page)).toEqual([]);
  expect(await wide(page)).toBe(0);
  await page.reload();
  await page.getByText('Quiet 2').waitFor();
  await page.context().close();
  expect(await looked(demo, 'Reviewer', '/work', 'nothing waiting', 'home-reviewer')).toEqual([]);
  expect(demo.said.filter((one) => !one.startsWith('debug'))).toEqual([]);
}, 180_000);
