// The pages on walls: what they show, and what they send.

import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { closeBrowser } from './browser.ts';
import { uuid, heron, lark, gaps, open, type Who } from './wallsStage.ts';

afterAll(closeBrowser);

const pages: {
  name: string;
  who: Who;
  path: string;
  ready: string;
  then?: (page: Page) => Promise<unknown>;
}[] = [
  { name: 'walls', who: 'custodian', path: '/walls', ready: 'Expert no. 1' },
  {
    name: 'walls-cell',
    who: 'custodian',
    path: `/walls?member=${uuid(106)}&client=${lark}`,
    ready: 'Order the wall',
  },
  { name: 'walls-conflicts', who: 'custodian', path: '/walls/conflicts', ready: 'Enter an organisation' },
  { name: 'walls-requests', who: 'custodian', path: '/walls/requests', ready: 'For you to decide' },
  { name: 'walls-budgets', who: 'custodian', path: '/walls/budgets', ready: 'Accounts with their own' },
  { name: 'walls-person', who: 'custodian', path: `/people/${uuid(101)}`, ready: 'Another last day' },
  {
    name: 'walls-person-act',
    who: 'custodian',
    path: `/people/${uuid(101)}?client=${uuid(3)}`,
    ready: 'Ask for a waiver',
  },
  {
    name: 'walls-statement',
    who: 'custodian',
    path: `/people/${uuid(101)}/statement`,
    ready: 'Heads of the logs',
  },
  { name: 'walls-observer', who: 'observer', path: '/walls', ready: 'Walls of HERON' },
  {
    name: 'walls-client',
    who: 'observer',
    path: `/clients/${heron}/walls`,
    ready: 'Who was sent something',
    then: (page) =>
      page
        .getByRole('button', { name: /Shut out/ })
        .first()
        .click(),
  },
  { name: 'gaps', who: 'custodian', path: '/gaps', ready: 'This installation' },
  { name: 'walls-leaving', who: 'observer', path: `/clients/${heron}/leaving`, ready: 'tasks.jsonl' },
  { name: 'own-record', who: 'expert', path: '/profile/record', ready: 'What is closed to you' },
  {
    name: 'own-record-tie',
    who: 'expert',
    path: `/profile/record?confirm=${uuid(11)}`,
    ready: 'What is closed to you',
    then: (page) => page.getByRole('button', { name: 'Declare a tie' }).click(),
  },
];

for (const one of pages)
  test(`${one.name} shows what there is, and axe finds nothing serious in either theme`, async () => {
    const wrong: string[] = [];
    for (const look of [
      { width: 1440, height: 900, dark: false },
      { width: 1440, height: 900, dark: true },
      { width: 1024, height: 768, dark: false },
      { width: 1024, height: 768, dark: true },
    ]) {
      const s = await open(one.who, one.path, look);
      await s.page.getByText(one.ready).first().waitFor();
      await one.then?.(s.page);
      await s.page.waitForTimeout(300);
      await s.page.screenshot({
        path: `shots/${one.name}-${look.width}-${look.dark ? 'dark' : 'light'}.png`,
        fullPage: true,
      });
      if (look.width === 1440) wrong.push(...(await findings(s.page)));
      const sideways = await s.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if ((sideways as number) > 0) wrong.push(`${sideways as number} px wider than ${look.width}`);
      wrong.push(...s.said);
      await s.close();
    }
    expect([...new Set(wrong)]).toEqual([]);
  });

test('a gap is closed by whoever says of each kind that he looked at it', async () => {
  const s = await open('custodian', '/gaps');
  const one = s.page.getByRole('region', { name: 'HERON' });
  const asks = one.getByRole('button', { name: 'Ask a second person' });
  await one.getByRole('textbox', { name: 'From what this is known' }).fill('The client’s export.');
  for (const kind of ['Who was sent something of it', 'Walls that were ordered', 'Holds that were placed'])
    await one.getByLabel(kind).check();
  expect(await asks.isDisabled()).toBe(true);
  await one.getByLabel('Cool-off, declarations and standing rule').check();
  await one.getByLabel('Who was let in, and whose grant ended').check();
  await one.getByRole('textbox', { name: /Accounts that were sent/ }).fill(`${uuid(101)}, ${uuid(102)}`);
  await asks.click();
  await expect.poll(() => s.sent.length).toBe(1);
  const exposures = [uuid(101), uuid(102)].map((member) => ({ member, last_at: gaps[1]!.since }));
  expect(s.sent[0]).toEqual({
    path: `POST /gaps/${heron}`,
    body: {
      entered: ['exposures', 'walls', 'grants', 'holds', 'terms'],
      exposures,
      reason: 'The client’s export.',
    },
  });
  await s.close();
});

test('an observer asks that a conflict end which names his client, and no other', async () => {
  const s = await open('observer', `/clients/${heron}/walls`);
  const conflicts = s.page.getByRole('region', { name: 'Conflicts' });
  await conflicts.getByRole('button', { name: 'Ask that it end' }).click();
  await conflicts.getByRole('textbox', { name: 'Why it should end' }).fill('We left that market.');
  await conflicts.getByRole('button', { name: 'Ask for it' }).click();
  await expect
    .poll(() => s.sent)
    .toEqual([
      {
        path: 'POST /requests',
        body: { kind: 'end_conflict', other: uuid(611), reason: 'We left that market.' },
      },
    ]);
  await s.close();
});

test('an observer asks for a waiver by the conflict and the pseudonym, and axe finds nothing serious', async () => {
  const s = await open('observer', `/clients/${heron}/walls`);
  const conflicts = s.page.getByRole('region', { name: 'Conflicts' });
  await conflicts.getByRole('button', { name: 'Set it aside for one person' }).click();
  const send = conflicts.getByRole('button', { name: 'Ask for it' });
  expect(await send.isDisabled()).toBe(true);
  await conflicts.getByRole('combobox', { name: 'Person' }).selectOption({ index: 1 });
  await conflicts.getByRole('textbox', { name: 'Purpose' }).fill('He helps both.');
  await conflicts.getByRole('combobox', { name: 'For' }).selectOption('30');
  await s.page.screenshot({ path: 'shots/walls-client-waiver.png', fullPage: true });
  expect(await findings(s.page)).toEqual([]);
  await send.click();
  await expect.poll(() => s.sent.length).toBe(1);
  const until = expect.stringMatching(/Z$/);
  const body = {
    kind: 'waiver',
    client: heron,
    person: `p-${'1'.repeat(32)}`,
    other: uuid(611),
    until,
    reason: 'He helps both.',
  };
  expect(s.sent[0]).toEqual({ path: 'POST /requests', body });
  await s.close();
});

test('a wall is ordered from a cell of the matrix, and a waiver asked for', async () => {
  const s = await open('custodian', '/walls');
  await s.page.getByRole('link', { name: /Walled by exposure\s*, Expert no. 7 and LARK/ }).click();
  await s.page.getByText('Opens on').first().waitFor();
  await s.page.getByRole('textbox', { name: 'Reason' }).fill('He moves on to LARK.');
  await s.page.getByRole('button', { name: 'Order the wall' }).click();
  await expect
    .poll(() => s.sent)
    .toEqual([
      { path: `POST /clients/${lark}/walls`, body: { person: uuid(106), reason: 'He moves on to LARK.' } },
    ]);
  await s.page.getByRole('textbox', { name: 'Purpose' }).fill('Only one item.');
  await s.page.getByRole('button', { name: 'Ask for a waiver' }).click();
  await expect.poll(() => s.sent.length).toBe(2);
  expect(s.sent[1]?.body).toMatchObject({ kind: 'waiver', member: uuid(106), client: lark, other: heron });
  await s.close();
});

test('two accounts are named as one human, asked twice', async () => {
  const s = await open('custodian', `/people/${uuid(101)}`);
  await s.page.getByRole('button', { name: 'Name another account of this human' }).click();
  await s.page.getByLabel('The other account').selectOption({ label: 'A custodian, Custodian' });
  await s.page.getByRole('textbox', { name: 'How it is known' }).fill('One passport.');
  await s.page.getByRole('button', { name: 'Count them as one' }).click();
  await s.page.getByText('become one person for good').waitFor();
  expect(s.sent).toEqual([]);
  expect(await findings(s.page)).toEqual([]);
  await s.page.getByRole('button', { name: 'Yes, they are one' }).click();
  await expect
    .poll(() => s.sent)
    .toEqual([
      { path: 'POST /merges', body: { member: uuid(101), same_as: uuid(90), reason: 'One passport.' } },
    ]);
  await s.page.getByText('one person with 2 accounts').waitFor();
  await s.close();
});

test('declaring a conflict names whoever stands on both sides', async () => {
  const s = await open('custodian', '/walls/conflicts');
  await s.page.getByLabel('Organisation', { exact: true }).selectOption({ label: 'HERON, client' });
  await s.page.getByLabel('Rival', { exact: true }).selectOption({ label: 'WREN, client' });
  await s.page.getByRole('textbox', { name: 'Reason' }).fill('Both read contracts.');
  await s.page.getByRole('button', { name: 'Declare it' }).click();
  await s.page.getByText('1 person on both sides').waitFor();
  expect(s.sent[0]?.body).toEqual({ a: heron, b: uuid(4), reason: 'Both read contracts.' });
  await s.close();
});

test('a request is decided with a reason', async () => {
  const s = await open('custodian', '/walls/requests');
  await s.page.getByRole('textbox', { name: 'Reason of your decision' }).first().fill('Seen, and small.');
  await s.page.getByRole('button', { name: 'Approve' }).first().click();
  await expect
    .poll(() => s.sent)
    .toEqual([
      { path: `POST /requests/${uuid(700)}/decision`, body: { approved: true, reason: 'Seen, and small.' } },
    ]);
  await s.close();
});

test('an observer shuts a person out and is told since when nothing was sent', async () => {
  const s = await open('observer', `/clients/${heron}/walls`);
  await s.page.getByRole('button', { name: /Shut out p-1/ }).click();
  await s.page.getByRole('textbox', { name: /Why/ }).fill('Leaves for a rival.');
  await s.page.getByRole('button', { name: 'Shut out now' }).click();
  await s.page.getByText('Nothing was sent after').waitFor();
  expect(s.sent[0]).toEqual({
    path: `POST /clients/${heron}/walls`,
    body: { person: `p-${'1'.repeat(32)}`, reason: 'Leaves for a rival.' },
  });
  await s.close();
});

test('an observer approves the leaving of a client as a second person, and takes it back only when asked twice', async () => {
  const s = await open('observer', `/clients/${heron}/walls`);
  await s.page.getByRole('link', { name: 'How it leaves' }).click();
  await s.page.getByText('One person approved it; 2 must.').waitFor();
  await s.page.getByText('vouchsafe client leave').waitFor();
  expect(await s.page.getByRole('link', { name: 'tasks.jsonl' }).count()).toBe(0);
  await s.page.getByRole('button', { name: 'Approve it' }).click();
  await expect.poll(() => s.sent).toEqual([{ path: `POST /departures/${uuid(900)}/approve`, body: {} }]);
  await s.page.getByRole('button', { name: 'Take it back' }).click();
  expect(s.sent.length).toBe(1);
  await s.page.getByRole('button', { name: 'Take it back and remove the folder' }).click();
  await expect.poll(() => s.sent[1]?.path).toBe(`DELETE /departures/${uuid(900)}`);
  await s.close();
});

test('an expert reads why something is closed, without whom, and contests it', async () => {
  const s = await open('expert', '/profile/record');
  await s.page.getByText('You were sent the data of an organisation').waitFor();
  expect(await s.page.getByText('LARK').count()).toBe(0);
  await s.page.getByText('The sale took effect this week').waitFor();
  await s.page.getByRole('button', { name: 'Contest it' }).click();
  await s.page.getByRole('textbox', { name: 'What is wrong about it' }).fill('It was ten years ago.');
  await s.page.getByRole('button', { name: 'Contest it' }).click();
  await expect
    .poll(() => s.sent)
    .toEqual([{ path: 'POST /requests', body: { kind: 'contest', reason: 'It was ten years ago.' } }]);
  await s.close();
});

test('ties are confirmed where a project asks for it', async () => {
  const s = await open('expert', `/profile/record?confirm=${uuid(11)}`);
  await s.page.getByRole('button', { name: 'They are complete' }).click();
  await s.page.waitForURL(`${s.origin}/work`);
  expect(s.sent[0]?.path).toBe(`POST /projects/${uuid(11)}/declaration`);
  await s.close();
});
