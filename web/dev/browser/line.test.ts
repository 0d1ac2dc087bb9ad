// The whole line against the real server: label, review, release; a file with bad lines; content that tries to run.

import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send } from './asking.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

/** Into the next task of a project, from the start page; with `goOn` into the one that is held already, if one is. */
async function begin(page: Page, project: string, { goOn = false } = {}): Promise<void> {
  await page.goto(`${demo.origin}/work`);
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  const named = { has: page.getByText(project, { exact: true }) };
  const begun = page
    .locator('section[aria-labelledby="open"] li', named)
    .getByRole('link', { name: 'Go on' });
  if (goOn && (await begun.count()) > 0) await begun.first().click();
  else await page.locator('section[aria-labelledby="projects"] li', named).getByRole('button').click();
  await page.waitForURL(/\/(work|review)\/[0-9a-f-]{36}$|guideline/);
  if (page.url().includes('guideline')) {
    await page.getByRole('button', { name: 'I have read it' }).click();
    await page.waitForURL(`${demo.origin}/work`);
    await begin(page, project, { goOn });
  }
}
const saidNothingBad = () => demo.said.filter((line) => /Content.Security.Policy|thrown|error/i.test(line));

test('an answer goes from the expert over the reviewer into a release that is fetched whole', async () => {
  const project = 'Preference, enzymes';
  const expert = await demo.as('Expert in biology');
  await begin(expert, project);
  await expert.getByRole('button', { name: /Submit and next/ }).waitFor();
  const number = await expert.getByText(/^Task \d+$/).innerText();
  await expert.keyboard.press('6');
  await expert.keyboard.press('Tab');
  await expert.keyboard.type('The other one mistakes the constant for its cause.');
  await expert.keyboard.press('Control+Enter');
  await expect.poll(() => expert.getByText(/^Task \d+$/).innerText()).not.toBe(number);

  const operator = await demo.as('Operator');
  const id = await demo.project(project);
  await operator.goto(`${demo.origin}/projects/${id}`);
  await operator.getByText('1 of 6 tasks done').waitFor();

  const reviewer = await demo.as('Reviewer');
  await begin(reviewer, project);
  await reviewer.getByRole('button', { name: /Accept/ }).waitFor();
  await reviewer.keyboard.press('a');
  await reviewer.getByText(/accepted\./).waitFor();
  // What others answered is there once the decision has gone, and not before.
  await reviewer.getByRole('link', { name: /What others answered/ }).click();
  await reviewer.getByRole('heading', { name: 'The one you judged' }).waitFor();
  await operator.reload();
  await operator.getByText('2 of 6 tasks done').waitFor();

  await operator.goto(`${demo.origin}/projects/${id}/releases`);
  await operator.getByRole('button', { name: 'Order the first one' }).click();
  await operator.getByRole('button', { name: 'Order it' }).click();
  await operator.getByRole('button', { name: 'Approve it' }).click();
  await operator.getByText('You approved it.').waitFor();
  const address = operator.url();

  const observer = await demo.as('Observer');
  await observer.goto(address);
  await observer.getByRole('button', { name: 'Approve it' }).click();
  await observer.getByText('Approved. Its files can be fetched').waitFor();

  await operator.reload();
  await operator.getByRole('button', { name: 'Deliver it' }).click();
  const file = operator.getByRole('link', { name: 'data/full.jsonl' });
  const [download] = await Promise.all([operator.waitForEvent('download'), file.click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const row = operator.locator('tr', { has: file });
  expect(await row.locator('code').getAttribute('title')).toBe(
    createHash('sha256').update(body).digest('hex'),
  );
  expect(JSON.parse(body.toString().split('\n')[0] ?? '')).toHaveProperty('annotations');
  expect(saidNothingBad()).toEqual([]);
});

test('a decision can be taken back with one key, and is then not sent', async () => {
  const reviewer = await demo.as('Reviewer');
  const sent: string[] = [];
  reviewer.on('request', (request) => {
    if (request.url().endsWith('/review')) sent.push(request.postData() ?? '');
  });
  await begin(reviewer, 'Preference, enzymes', { goOn: true });
  await reviewer.getByRole('button', { name: /Return/ }).waitFor();
  // The next one is slow to come: it is taken back while the page still waits for it.
  await reviewer.route('**/assignments', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800));
    await route.continue();
  });
  await reviewer.keyboard.press('r');
  await reviewer.keyboard.press('1');
  // One press past the reasons, not one for each.
  await reviewer.keyboard.press('Tab');
  await expect.poll(() => reviewer.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  await reviewer.keyboard.press('Control+Enter');
  await reviewer.getByText(/: returned\./).waitFor();
  await reviewer.keyboard.press('u');
  await reviewer.getByRole('heading', { name: 'The answer under review' }).waitFor();
  await reviewer.waitForTimeout(6500);
  expect(sent).toEqual([]);
  await reviewer.keyboard.press('x');
  await reviewer.keyboard.press('7');
  // His answer may be that end already; then the other one is a change.
  const changes = reviewer.getByText('What your fix changes');
  await changes.waitFor({ timeout: 3000 }).catch(() => reviewer.keyboard.press('1'));
  await changes.waitFor();
  await reviewer.keyboard.press('Control+Enter');
  await reviewer.getByText('What was wrong with it?').waitFor();
  await reviewer.screenshot({ path: 'shots/fix-why.png' });
  await reviewer.keyboard.press('1');
  await reviewer.keyboard.press('Control+Enter');
  await reviewer.getByText(/accepted with your fix/).waitFor();
  await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(1);
  const decided = JSON.parse(sent[0] ?? '{}') as { verdict: string; reasons: string[] };
  expect([decided.verdict, decided.reasons]).toEqual(['fix', ['incorrect']]);
});

const hostile =
  '<script>window.__ran = 1</script><img src=x onerror="window.__ran = 1"> **bold** [a](javascript:window.__ran=1) ' +
  '<svg onload="window.__ran=1"><a href="https://example.org" onclick="window.__ran=1">b</a></svg>';

test('a file is brought in with its bad lines named, and nothing of its content ever runs', async () => {
  const operator = await demo.as('Operator');
  const id = await demo.project('Preference, enzymes');
  await operator.goto(`${demo.origin}/projects/${id}/import`);
  const good = { data: { prompt: hostile, first: hostile, second: `second ${hostile}` }, priority: 9 };
  await operator.locator('input[type=file]').setInputFiles({
    name: 'hostile.jsonl',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(`${JSON.stringify(good)}\nno json\n${JSON.stringify({ data: { prompt: 'x' } })}\n`),
  });
  await operator.getByRole('button', { name: 'Import', exact: true }).click();
  await operator.getByText('1 row brought in').waitFor();
  await operator.getByText('2 refused').waitFor();
  const refused = operator.getByRole('region', { name: 'Refused lines' });
  expect(await refused.getByRole('row').count()).toBe(3);

  // The operator opens it, and previews a schema on it.
  await operator.goto(`${demo.origin}/projects/${id}/tasks?state=open`);
  await operator
    .getByRole('link')
    .filter({ has: operator.locator('code') })
    .last()
    .click();
  await operator.getByText(/log says so/).waitFor();
  await clean(operator);

  // The expert is given it first, for its priority, once he skipped what he has begun or was fetched ahead for him.
  const expert = await demo.as('Expert in biology');
  const work = expert.context().request;
  const skip = (held: string) =>
    send(demo, work, 'POST', `/assignments/${held}/skip`, { reason: 'not_my_field' });
  const { open } = (await send(demo, work, 'GET', '/work')) as {
    open: { assignment: string; project: string }[];
  };
  for (const one of open) if (one.project === id) await skip(one.assignment);
  let given = await send(demo, work, 'POST', `/projects/${id}/assignments`, {});
  while (!JSON.stringify(given).includes('window.__ran')) {
    await skip(given.id as string);
    given = await send(demo, work, 'POST', `/projects/${id}/assignments`, {});
  }
  await expert.goto(`${demo.origin}/work/${given.id as string}`);
  await expert.getByText('window.__ran').first().waitFor();
  await expert.keyboard.press('r');
  await clean(expert);
  expect(saidNothingBad()).toEqual([]);
});

async function clean(page: Page): Promise<void> {
  await page.getByText('window.__ran').first().waitFor();
  await page.waitForTimeout(300);
  expect(await page.evaluate('window.__ran')).toBeUndefined();
  expect(await page.locator('.reading :is(script, img, svg, iframe, style)').count()).toBe(0);
  for (const link of await page.locator('.reading a').all())
    expect(await link.getAttribute('href')).toMatch(/^https:/);
}

test('a project is made from an example with a live preview, and its first task is answered', async () => {
  const operator = await demo.as('Operator');
  await operator.goto(`${demo.origin}/projects/new?from=labels`);
  await operator.getByLabel('Client').selectOption({ label: 'HERON' });
  await operator.getByLabel('Name', { exact: true }).fill('Claims, made in a browser');
  const preview = operator.getByRole('region', { name: 'Preview' });
  await preview.getByText('Does the text support the claim?').waitFor();
  await operator.getByLabel('What is asked').first().fill('Is the claim borne out?');
  await preview.getByText('Is the claim borne out?').waitFor();
  await operator.getByRole('button', { name: 'JSON', exact: true }).click();
  const json = operator.getByLabel('Schema as JSON');
  await json.fill((await json.inputValue()).replace('"label"', '"lable"'));
  await operator.getByText('Not ready').waitFor();
  await operator.getByText('/schema/questions/0/type').waitFor();
  await json.fill((await json.inputValue()).replace('"lable"', '"label"'));
  await operator.getByText('Reads well').waitFor();
  await operator.getByLabel(/How to judge/).fill('# Judge\n\nBy the text alone.');
  await operator.getByLabel('Fields').fill('biology');
  await operator.getByLabel('People on each task').fill('1');
  await operator.getByLabel('Reviewed, in %').fill('0');
  await operator.getByRole('button', { name: 'Make the project' }).click();
  await operator.getByRole('heading', { name: 'Bring tasks in' }).waitFor();
  await operator.locator('input[type=file]').setInputFiles({
    name: 'claims.jsonl',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from('{"text":"Water boils. It is hot."}\n'),
  });
  await operator.getByRole('button', { name: 'Import', exact: true }).click();
  await operator.getByText('1 row brought in').waitFor();

  const expert = await demo.as('Expert in biology');
  await begin(expert, 'Claims, made in a browser');
  await expert.getByText('Is the claim borne out?').waitFor();
  await expert.keyboard.press('1');
  await expert.keyboard.press('Control+Enter');
  await expert.getByText(/last one for you/).waitFor();

  await operator.getByRole('link', { name: 'Overview' }).click();
  await operator.getByText('1 of 1 task done').waitFor();
});

test('several projects are paused at once, it is said how many, and it can be undone', async () => {
  const operator = await demo.as('Operator');
  await operator.goto(`${demo.origin}/projects?state=open`);
  const boxes = operator.getByRole('checkbox');
  await boxes.first().click();
  await boxes.nth(2).click({ modifiers: ['Shift'] });
  await operator.getByText('3 projects chosen').waitFor();
  await operator.getByRole('button', { name: 'Pause 3' }).click();
  await operator.getByText('3 projects paused.').waitFor();
  await operator.getByRole('button', { name: 'Undo' }).click();
  await operator.getByText('3 projects opened.').waitFor();
  await operator.reload();
  expect(new URL(operator.url()).search).toBe('?state=open');
});

test('somebody is invited by a link that works once, joins, and is found', async () => {
  const admin = await demo.as('Administrator');
  await admin.goto(`${demo.origin}/people/invitations`);
  await admin.getByLabel('E-mail address').fill('chemistry@demo.invalid');
  await admin.getByLabel('As', { exact: true }).selectOption('expert');
  await admin.getByRole('button', { name: 'Make the link' }).click();
  const link = await admin.locator('code.link').innerText();
  const context = await demo.browser.newContext();
  const guest = await context.newPage();
  await guest.goto(link);
  await guest.getByLabel(/name/i).first().fill('Expert in chemistry');
  await guest
    .getByLabel(/password/i)
    .first()
    .fill('a long enough phrase');
  const again = guest.getByLabel(/again|repeat/i);
  if ((await again.count()) > 0) await again.fill('a long enough phrase');
  await guest.getByRole('button', { name: /Join|Accept|Create/ }).click();
  await guest.waitForURL(`${demo.origin}/work`);
  await guest.getByRole('link', { name: 'Profile' }).click();
  await guest.getByLabel('Fields').fill('chemistry');
  await guest.getByRole('button', { name: 'Save' }).click();
  await guest.getByText('Saved. Projects').waitFor();
  await context.close();

  await admin.goto(`${demo.origin}/people`);
  await admin.keyboard.press('Control+k');
  await admin.keyboard.type('chemistry');
  await admin.getByRole('option', { name: /Expert in chemistry/ }).waitFor();
  await admin.keyboard.press('Enter');
  await admin.getByRole('heading', { name: 'Expert in chemistry' }).waitFor();
  expect(new URL(admin.url()).searchParams.get('member')).toMatch(/[0-9a-f-]{36}/);
});

test('a grant is proposed by one and confirmed by another', async () => {
  const admin = await demo.as('Administrator');
  await admin.goto(`${demo.origin}/people?find=Observer`);
  await admin.getByRole('link', { name: /Observer/ }).click();
  await admin.getByLabel('Client').selectOption({ label: 'LARK' });
  await admin.getByRole('button', { name: 'Propose it' }).click();
  await admin.getByText('A second person has to confirm').waitFor();
  const custodian = await demo.as('Custodian');
  await custodian.goto(`${demo.origin}/people/grants`);
  await custodian.getByRole('button', { name: 'Confirm' }).click();
  await custodian.getByText('Nothing waits to be confirmed.').waitFor();
});
