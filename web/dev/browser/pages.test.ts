// Every page of every role before the real server: pictures in both themes and two sizes, axe in both themes.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { Demo, type Who } from './demo.ts';

let demo: Demo;
let project: string;
let claims: string;
let release: string;
beforeAll(async () => {
  demo = await Demo.start();
  project = await demo.project('Preference, enzymes');
  claims = await demo.project('Claims in abstracts');
  release = await ordered(claims);
}, 600_000);
afterAll(() => demo?.stop());

type Look = {
  name: string;
  path: string | (() => string);
  ready: string | RegExp;
  then?: (page: Page) => Promise<void>;
};
const at = (rest: string) => () => `/projects/${project}${rest}`;
/** A log, every row of it reckoned by the browser. */
async function openLog(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Log of HERON' }).click();
  await page.getByText(/checked in this browser/).waitFor();
  await page.getByText(/signature was checked here|cannot check the head/).waitFor();
}
const looks: [Who, Look[]][] = [
  [
    'Operator',
    [
      { name: 'projects', path: '/projects', ready: 'Preference, enzymes' },
      { name: 'project', path: at(''), ready: 'Where work waits' },
      { name: 'project-agreement', path: () => `/projects/${claims}`, ready: 'Agreement by question' },
      { name: 'quality', path: () => `/projects/${claims}/quality`, ready: /Reckoned|Nothing can be said/ },
      { name: 'tasks', path: at('/tasks'), ready: 'Metadata only' },
      {
        name: 'task-opened',
        path: at('/tasks'),
        ready: 'Metadata only',
        then: async (page) => {
          await page.locator('td a').first().click();
          await page.getByText(/log says so/).waitFor();
        },
      },
      { name: 'import', path: at('/import'), ready: 'Bring tasks in' },
      { name: 'flags', path: at('/flags'), ready: 'Nothing waits' },
      { name: 'schema', path: at('/schema'), ready: 'Version 1', then: (page) => page.waitForTimeout(500) },
      { name: 'guideline', path: at('/guideline'), ready: 'How to judge' },
      { name: 'settings', path: at('/settings'), ready: 'Pipeline' },
      { name: 'releases', path: at('/releases?order=yes'), ready: 'Order a release' },
      { name: 'release', path: () => release, ready: 'How whoever receives it checks it' },
      {
        name: 'project-new',
        path: '/projects/new',
        ready: 'Reads well',
        then: (page) => page.getByRole('region', { name: 'Preview' }).getByText('Why?').waitFor(),
      },
      { name: 'people', path: '/people', ready: 'Expert in biology' },
      { name: 'clients-operator', path: '/clients', ready: 'HERON' },
      {
        name: 'palette',
        path: '/projects',
        ready: 'Preference, enzymes',
        then: async (page) => {
          await page.keyboard.press('Control+k');
          await page.keyboard.type('en');
          await page
            .getByRole('option', { name: /Preference/ })
            .first()
            .waitFor();
        },
      },
    ],
  ],
  [
    'Administrator',
    [
      {
        name: 'person',
        path: '/people?find=biology',
        ready: 'Expert in biology',
        then: async (page) => {
          await page.locator('td a').first().click();
          await page.getByText('Verified credentials').waitFor();
        },
      },
      { name: 'invitations', path: '/people/invitations', ready: 'Invite somebody' },
      { name: 'clients', path: '/clients', ready: 'HERON' },
      {
        name: 'client',
        path: '/clients',
        ready: 'HERON',
        then: async (page) => {
          await page.locator('td a').first().click();
          await page.getByText('Who is let in').waitFor();
          await page.waitForTimeout(300);
        },
      },
      { name: 'client-new', path: '/clients/new', ready: 'Organisation' },
      { name: 'account', path: '/account', ready: 'Tokens' },
    ],
  ],
  [
    'Custodian',
    [
      { name: 'grants', path: '/people/grants', ready: /waits to be confirmed|Confirm/ },
      { name: 'clients-custodian', path: '/clients', ready: 'HERON' },
      {
        name: 'demo-walls',
        path: '/walls?show=walled',
        ready: 'Walled by order',
        then: async (page) => {
          await page.getByText('Walled by order').first().click();
          await page.getByText('Time alone does not open it').waitFor();
        },
      },
      { name: 'demo-conflicts', path: '/walls/conflicts', ready: 'LARK and SWIFT' },
      { name: 'demo-requests', path: '/walls/requests', ready: 'Waiting for a second person' },
      { name: 'demo-budgets', path: '/walls/budgets', ready: 'By role' },
      {
        name: 'demo-person',
        path: '/walls?find=law',
        ready: 'Expert in law',
        then: async (page) => {
          await page.getByRole('link', { name: 'Expert in law', exact: true }).click();
          await page
            .getByText(/something was sent; most on/)
            .first()
            .waitFor();
        },
      },
    ],
  ],
  [
    'Observer',
    [
      { name: 'project-observer', path: at(''), ready: 'Where work waits' },
      { name: 'logs', path: '/log', ready: 'HERON' },
      {
        name: 'demo-client-walls',
        path: '/walls',
        ready: 'Walls of HERON',
        then: async (page) => {
          await page.getByRole('link', { name: 'Walls of HERON' }).click();
          await page.getByText('May be sent more').first().waitFor();
        },
      },
      { name: 'log', path: '/log', ready: 'HERON', then: openLog },
      {
        name: 'log-entry',
        path: '/log',
        ready: 'HERON',
        then: async (page) => {
          await openLog(page);
          await page.locator('td a').first().click();
          await page.getByText('Checked in this browser', { exact: true }).waitFor();
        },
      },
      {
        name: 'log-person',
        path: '/log',
        ready: 'HERON',
        then: async (page) => {
          await openLog(page);
          await page
            .locator('tr', { hasText: /p-[0-9a-f]{8}/ })
            .first()
            .locator('td a')
            .click();
          await page.getByRole('link', { name: 'All that this person was sent' }).click();
          await page.getByText('Download all as CSV').waitFor();
          await page.getByText(/uses of keys/).waitFor();
        },
      },
    ],
  ],
  [
    'Reviewer',
    [
      { name: 'work-reviewer', path: '/work', ready: 'Preference, enzymes' },
      {
        name: 'review',
        path: '/work',
        ready: 'Preference, enzymes',
        then: (page) => review(page),
      },
      {
        name: 'review-return',
        path: '/work',
        ready: 'Preference, enzymes',
        then: async (page) => {
          await review(page);
          await page.keyboard.press('r');
          await page.keyboard.press('6');
        },
      },
    ],
  ],
  [
    'Expert in biology',
    [
      { name: 'work-expert', path: '/work', ready: 'Preference, enzymes' },
      {
        name: 'work-returned',
        path: '/work',
        ready: 'Preference, enzymes',
        then: async (page) => {
          // Looked at once, it is begun.
          await page
            .getByRole('link', { name: /Look again|Go on/ })
            .first()
            .click();
          await page.getByText(/Came back:/).waitFor();
        },
      },
      { name: 'profile', path: '/profile', ready: 'Degrees' },
      { name: 'demo-own-record', path: '/profile/record', ready: 'What is closed to you' },
    ],
  ],
];

/** The address of a release that was built. */
async function ordered(id: string): Promise<string> {
  const page = await demo.as('Operator');
  const request = page.context().request;
  const path = `${demo.origin}/api/v1/projects/${id}/releases`;
  const made = (await (
    await request.post(path, { headers: { 'X-Vouchsafe': '1' }, data: { formats: ['full'] } })
  ).json()) as { id: string };
  for (let tries = 0; ; tries++) {
    const list = (await (await request.get(path)).json()) as { items: { state: string }[] };
    if (list.items[0]?.state === 'built') break;
    if (tries > 150) throw new Error(`the release is still ${list.items[0]?.state}`);
    await page.waitForTimeout(200);
  }
  await page.context().close();
  return `/projects/${id}/releases/${made.id}`;
}

async function review(page: Page): Promise<void> {
  const begun = page.getByRole('link', { name: 'Go on' });
  if ((await begun.count()) > 0) await begun.first().click();
  else
    await page
      .getByRole('button', { name: /Review/ })
      .first()
      .click();
  await page.getByRole('button', { name: /Accept/ }).waitFor();
}

for (const [who, pages] of looks)
  test(`the pages of ${who} have no serious finding in either theme, and say nothing in the console`, async () => {
    const wrong: string[] = [];
    for (const { width, height, dark } of [
      { width: 1440, height: 900, dark: false },
      { width: 1440, height: 900, dark: true },
      { width: 1024, height: 768, dark: false },
    ]) {
      const page = await demo.as(who, { width, height, dark });
      for (const look of pages) {
        await page.goto(demo.origin + (typeof look.path === 'string' ? look.path : look.path()));
        await page.getByText(look.ready).first().waitFor();
        await look.then?.(page);
        await page.waitForTimeout(100);
        await page.screenshot({ path: `shots/${look.name}-${width}-${dark ? 'dark' : 'light'}.png` });
        if (width === 1440) wrong.push(...(await findings(page)).map((one) => `${look.name}: ${one}`));
        const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        if ((sideways as number) > 0)
          wrong.push(`${look.name}: ${sideways as number} px wider than ${width}`);
      }
      await page.context().close();
    }
    expect([...new Set(wrong)]).toEqual([]);
    expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
  }, 180_000);
