// The pages on walls, over answers of our own: a demo of a few minutes has neither ninety days nor forty people.

import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { closeBrowser, stage } from './browser.ts';

afterAll(closeBrowser);

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const clients = ['HERON', 'LARK', 'SWIFT', 'WREN', 'KITE'].map((code_name, i) => ({
  id: uuid(i + 1),
  name: `${code_name} Labs`,
  code_name,
  colour: i,
  key_state: 'available',
}));
const [heron, lark] = [uuid(1), uuid(2)];
const cells = (n: number) =>
  clients.map((_, i) => {
    if ((n + i) % 7 === 0) return { state: 'walled', why: 'exposure', rival: heron, opens_at: ago(-120) };
    if ((n * 3 + i) % 11 === 0) return { state: 'walled', why: 'ordered', rival: null, opens_at: null };
    if ((n + i) % 4 === 1) return { state: 'exposed', why: 'no_conflict', last_at: ago(n) };
    return { state: 'open', why: 'no_conflict' };
  });
const people = Array.from({ length: 40 }, (_, n) => ({
  member: uuid(100 + n),
  name: `Expert no. ${n + 1}`,
  role: n % 9 === 0 ? 'operator' : 'expert',
  cells: cells(n),
}));
const request = {
  id: uuid(700),
  kind: 'waiver',
  member: uuid(101),
  person: 'Expert no. 2',
  client: heron,
  other: lark,
  amount: null,
  until: ago(-90),
  reason: 'One item of LARK was sent in spring, by mistake and without an answer.',
  answer: null,
  asked_by: uuid(90),
  asked_by_name: 'A second custodian',
  asked_at: ago(1),
  state: 'open',
  decided_at: null,
  mine_to_decide: true,
};
const requests = [
  request,
  {
    ...request,
    id: uuid(701),
    kind: 'budget',
    amount: 200,
    reason: 'The batch is due tonight.',
    mine_to_decide: true,
  },
  {
    ...request,
    id: uuid(702),
    kind: 'contest',
    client: null,
    other: null,
    reason: 'The shares were sold in March.',
    state: 'refused',
    answer: 'The sale took effect this week; it fades in half a year.',
    decided_at: ago(0),
    mine_to_decide: false,
  },
];
const budget = {
  hour: { taken: 120, max: 500 },
  day: { taken: 480, max: 500 },
  month: { taken: 3_200, max: 20_000 },
  answered: 2_900,
  skipped: 40,
  without_answer: 260,
};
const interest = {
  id: uuid(800),
  organisation: uuid(9),
  name: 'A vendor of annotations',
  kind: 'commission',
  reason: 'Paid by the hour until last spring.',
  declared_at: ago(40),
  until: null,
  own: true,
};
const series = (every: number, most: number) =>
  Array.from({ length: 60 }, (_, i) => ({ day: ago(75 - i).slice(0, 10), sent: (i * every) % most })).filter(
    (one) => one.sent > 0,
  );
const person = {
  name: 'Expert no. 2',
  accounts: [{ member: uuid(101), role: 'expert', suspended_at: null, budget }],
  clients: clients.map((client, i) => ({
    client: client.id,
    code_name: client.code_name,
    first_at: i < 2 ? ago(80) : null,
    open: i === 0 ? 2 : 0,
    cell:
      i === 0
        ? { state: 'exposed', why: 'no_conflict', last_at: ago(15) }
        : i === 1
          ? { state: 'walled', why: 'ordered', rival: null, last_at: ago(15), opens_at: null }
          : i === 2
            ? { state: 'walled', why: 'exposure', rival: heron, opens_at: ago(-165) }
            : { state: 'walled', why: 'leaving', rival: null, opens_at: null },
    days: i === 0 ? series(7, 40) : i === 1 ? series(5, 23) : [],
  })),
  interests: [interest],
  walls: [
    { id: uuid(810), client: lark, reason: 'Goes on with HERON alone.', ordered_at: ago(3), lifted_at: null },
  ],
  requests: [requests[2]],
  last_day: ago(-20),
};
const exposures = {
  people: Array.from({ length: 6 }, (_, n) => ({
    person: `p-${String(n).repeat(32)}`,
    members: [],
    first_at: ago(60 - n),
    last_at: ago(n),
    open: n % 3,
    shut: n === 4,
  })),
  next: null,
  walls: [
    { id: uuid(811), person: `p-${'4'.repeat(32)}`, reason: 'Leaves for a rival.', ordered_at: ago(2) },
    {
      id: uuid(812),
      person: `p-${'9'.repeat(32)}`,
      reason: 'By mistake.',
      ordered_at: ago(9),
      lifted_at: ago(8),
    },
  ],
  owner_in_conflict: true,
  cool_off_days: 180,
  declarations: false,
};
/** An organisation that a custodian entered. */
const looked = { created_at: ago(50), unlooked: false, counts_as: [] };
const departure = {
  id: uuid(900),
  client: heron,
  state: 'built',
  tasks: 4_120,
  bytes: 18_400_000,
  ordered_by: uuid(93),
  ordered_at: ago(1),
  built_at: ago(1),
  until: ago(-29),
  ended_at: null,
  failure: null,
  failure_detail: null,
  approvals: 1,
  approvals_needed: 2,
  approved_by_me: false,
  manifest_sha256: '3a'.repeat(32),
  files: ['tasks.jsonl', 'annotations.jsonl', 'manifest.json'].map((path, i) => ({
    path,
    bytes: 9_000_000 >> (i * 3),
    sha256: `${i}c`.repeat(32),
  })),
};
const gone = { id: uuid(901), state: 'ended', ended_at: ago(40), ordered_at: ago(50), files: null };
const answers: Record<string, unknown> = {
  '/api/v1/walls': { clients, people, next: 'more' },
  '/api/v1/organisations': {
    items: [
      ...clients.map((one) => ({ ...looked, id: one.id, name: one.code_name, kind: 'client' })),
      { ...looked, id: uuid(9), name: 'A vendor of annotations', kind: 'vendor' },
      { ...looked, id: uuid(10), name: 'An agency', kind: 'employer', unlooked: true, counts_as: [uuid(9)] },
    ],
    next: null,
  },
  '/api/v1/conflicts': {
    items: [
      {
        id: uuid(600),
        kind: 'pair',
        a: heron,
        b: lark,
        reason: 'Both train models for contracts.',
        declared_by: uuid(90),
        declared_at: ago(30),
        ended_at: null,
      },
      {
        id: uuid(601),
        kind: 'share',
        a: uuid(9),
        b: lark,
        share: 0.49,
        reason: 'Bought in June.',
        declared_by: uuid(90),
        declared_at: ago(50),
        ended_at: ago(10),
      },
    ],
    next: null,
  },
  '/api/v1/members': {
    items: [{ id: uuid(90), name: 'A custodian', role: 'custodian', created_at: ago(90) }],
    next: null,
  },
  '/api/v1/clients': { items: clients, next: null },
  [`/api/v1/clients/${heron}`]: { ...clients[0], standing_approval: false, created_at: ago(90), held: false },
  [`/api/v1/clients/${heron}/exposures`]: exposures,
  [`/api/v1/clients/${heron}/departures`]: { items: [departure, { ...departure, ...gone }], next: null },
  [`/api/v1/departures/${departure.id}`]: departure,
  '/api/v1/keys': {
    items: ['release', 'checkpoint'].map((purpose) => ({
      purpose,
      public: `vouchsafe:${purpose}:ed25519:${'7f'.repeat(32)}`,
      handovers: '',
    })),
    next: null,
  },
  '/api/v1/requests': { items: requests, next: null },
  '/api/v1/budgets': {
    roles: ['admin', 'operator', 'custodian', 'reviewer', 'expert', 'observer'].map((subject) => ({
      subject,
      name: null,
      hour: 500,
      day: 2_000,
      month: 20_000,
      set_at: subject === 'expert' ? ago(4) : null,
    })),
    members: [{ subject: uuid(101), name: 'Expert no. 2', hour: 50, day: 200, month: 900, set_at: ago(2) }],
  },
  [`/api/v1/members/${uuid(101)}/custody`]: person,
  [`/api/v1/members/${uuid(101)}/statement`]: {
    name: 'Expert no. 2',
    last_day: ago(-20),
    made_at: ago(0),
    clients: clients.slice(0, 2).map((one, i) => ({
      client: one.id,
      code_name: one.code_name,
      person: `p-${String(i + 1).repeat(32)}`,
      first_at: ago(80),
      last_at: ago(15),
      sent: 1_812 >> i,
      opened: 900 >> i,
      checkpoint: `vouchsafe.example/${one.code_name}\n4096\nq1rYbZ0v3l5mJd0t8p2xkQ7s9f4h6n1c\n\n— vouchsafe.example/${one.code_name} 3Jd0t8p2xkQ7\n`,
      inventory: `/api/v1/ledgers/${one.id}/inventory.csv?member=${uuid(101)}`,
    })),
    words: 'I have returned or destroyed every copy of it that I had.',
  },
  '/api/v1/me/custody': {
    clients: [{ code_name: 'HERON', first_at: ago(80), last_at: ago(1) }],
    closed: ['exposure', 'ordered'],
    interests: [interest],
    requests: [requests[2]],
    budget,
    last_day: null,
  },
};

type Who = 'custodian' | 'observer' | 'expert';
/** A page of somebody over these answers; what it sends, but for reading, is kept. */
async function open(who: Who, path: string, look: { width?: number; height?: number; dark?: boolean } = {}) {
  const s = await stage(look);
  const sent: { path: string; body: unknown }[] = [];
  const me = {
    member: uuid(91),
    person: uuid(92),
    name: `Some ${who}`,
    email: `${who}@example.org`,
    role: who,
    clients: who === 'observer' ? [clients[0]] : [],
    one_person_installation: false,
  };
  await s.page.route('**/api/v1/**', async (route) => {
    const request = route.request();
    const asked = new URL(request.url()).pathname;
    if (asked === '/api/v1/session') return route.fulfill({ json: me });
    if (request.method() !== 'GET') {
      sent.push({ path: `${request.method()} ${asked.slice(7)}`, body: request.postDataJSON() });
      return route.fulfill(
        asked.endsWith('/walls')
          ? { json: { id: uuid(820), leases_ended: 2, last_sent_before: ago(0), at: ago(0) } }
          : asked.endsWith('/conflicts')
            ? {
                json: {
                  id: uuid(602),
                  leases_ended: 3,
                  exposed_to_both: [{ members: [uuid(101)], name: 'Expert no. 2', between: [heron, lark] }],
                  clients_told: [],
                },
              }
            : asked.endsWith('/merges')
              ? { json: { members: [uuid(101), uuid(90)], leases_ended: 1 } }
              : { json: { id: uuid(821), state: 'open' } },
      );
    }
    const answer = answers[asked];
    return answer === undefined ? route.fallback() : route.fulfill({ json: answer });
  });
  await s.page.goto(s.origin + path);
  return { ...s, sent };
}

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
