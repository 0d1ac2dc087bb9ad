// A wall goes up while somebody works: the real server, and a rival that is declared in mid-answer.

import type { APIResponse, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

/** As the page itself would ask, with its session. */
async function ask(page: Page, method: string, path: string, data?: unknown): Promise<APIResponse> {
  const reply = await page
    .context()
    .request.fetch(`${demo.origin}/api/v1${path}`, { method, data, headers: { 'x-vouchsafe': '1' } });
  expect(reply.ok(), `${method} ${path}: ${await reply.text()}`).toBe(true);
  return reply;
}

/** Into the next task of a project, which may be called otherwise once its guideline was read. */
async function begin(page: Page, project: string, then = project): Promise<void> {
  await page.goto(`${demo.origin}/work`);
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  const named = { has: page.getByText(project, { exact: true }) };
  await page.locator('section[aria-labelledby="projects"] li', named).getByRole('button').click();
  await page.waitForURL(/\/work\/[0-9a-f-]{36}$|guideline/);
  if (!page.url().includes('guideline')) return;
  await page.getByRole('button', { name: 'I have read it' }).click();
  await page.waitForURL(`${demo.origin}/work`);
  await begin(page, then);
}

test('a wall in mid-work takes the task away politely, names nobody, keeps what was written, and work goes on', async () => {
  const project = 'Preference, enzymes';
  const expert = await demo.as('Expert in biology');
  const custodian = await demo.as('Custodian');
  const vendor = 'An agency for protocols';
  // A tie that speaks against nobody yet, and a second field, so that there is other work.
  await ask(expert, 'PUT', '/profile', { domains: ['biology', 'law'], degrees: [], languages: ['en'] });
  await ask(expert, 'POST', '/me/interests', {
    name: vendor,
    kind: 'commission',
    reason: 'Paid by the hour.',
  });

  await begin(expert, project);
  await expert.getByRole('button', { name: /Submit and next/ }).waitFor();
  await expert.keyboard.press('6');
  await expert.keyboard.press('Tab');
  const words = 'The other one mistakes the constant for its cause.';
  const saved = expert.waitForResponse((reply) => reply.url().endsWith('/draft') && reply.ok());
  await expert.keyboard.type(words);
  await saved;

  // The rival is declared. The next thing that his page saves is refused.
  const organisations = (await (await ask(custodian, 'GET', '/organisations')).json()) as {
    items: { id: string; name: string }[];
  };
  const id = (name: string) => organisations.items.find((one) => one.name.includes(name))?.id;
  await ask(custodian, 'POST', '/conflicts', {
    a: id('HERON'),
    b: id(vendor),
    reason: 'It works for a rival.',
  });
  await expert.keyboard.type(' And more.');
  await expert.getByText('This task was closed to you a moment ago').waitFor();
  await expert.getByText('It is not shown any more.').waitFor();
  expect(await expert.getByRole('button', { name: /Submit and next/ }).count()).toBe(0);
  await expert.keyboard.press('Control+Enter');
  const text = await expert.locator('main').innerText();
  expect(text).not.toContain(vendor);
  expect(await expert.getByText(words).or(expert.locator('textarea')).count()).toBeGreaterThan(0);
  expect(await expert.locator('textarea').first().inputValue()).toContain(words);
  expect(await findings(expert)).toEqual([]);
  await expert.screenshot({ path: 'shots/walled-in-mid-work.png' });

  // Other work goes on; of the client that is closed nothing is left.
  await expert.getByRole('link', { name: 'Go on with other work' }).click();
  await expert.getByRole('heading', { name: 'Projects' }).waitFor();
  expect(await expert.getByText(project).count()).toBe(0);
  // Two rivals are open by their code names alone, until one of them was looked into.
  await begin(expert, 'A project of LARK', 'Clauses, confidentiality');
  await expert.getByRole('button', { name: /Submit and next/ }).waitFor();

  // His record says why, without naming whom.
  await expert.goto(`${demo.origin}/profile/record`);
  await expert.getByText('What is closed to you').waitFor();
  await expert.getByRole('button', { name: 'Contest it' }).waitFor();
  expect(await expert.locator('main').innerText()).not.toContain('HERON Labs');

  // What he named waits for a custodian, who says that it is no other than what it is called.
  await custodian.goto(`${demo.origin}/walls/conflicts`);
  const named = custodian.getByRole('region', { name: 'Named by people, not looked at yet' });
  await named.getByText(vendor).first().waitFor();
  await named.getByText('Nothing known is called the same.').waitFor();
  await named.getByRole('button', { name: /Say what it is/ }).click();
  await named.getByRole('combobox').selectOption({ label: 'None of those that are known' });
  await named.getByRole('textbox', { name: 'How it is known' }).fill('Asked him.');
  expect(await findings(custodian)).toEqual([]);
  await custodian.screenshot({ path: 'shots/named-by-people.png' });
  await named.getByRole('button', { name: 'Say so' }).click();
  await named.waitFor({ state: 'detached' });
  expect(demo.said.filter((line) => /Content.Security.Policy|thrown/i.test(line))).toEqual([]);
});
