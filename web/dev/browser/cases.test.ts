// The custodian's pages on cases, over answers of our own: the demo has no eight weeks of history to find a case in.

import { afterAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { closeBrowser, stage } from './browser.ts';

afterAll(closeBrowser);

const id = '00000000-0000-4000-8000-000000000501';
const days = Array.from({ length: 60 }, (_, i) => ({
  day: new Date(Date.UTC(2026, 0, 5 - 59 + i)).toISOString().slice(0, 10),
  items: i === 59 ? 401 : (i * 7) % 5,
  sent: i === 59 ? 420 : (i * 7) % 6,
  peers_low: 0,
  peers_high: 3 + (i % 4),
  own_low: i < 7 ? null : 0,
  own_high: i < 7 ? null : 4,
}));
const listed = {
  id,
  person: 'p-3fa9c01d',
  opened_at: '2026-01-05T14:02:11Z',
  act_at: '2026-01-05T14:02:09Z',
  score: 5.674,
  threshold: 4.75,
  reasons: [
    'took 400 confidential items for the first time on this day; 1.1 were to be expected',
    '31 of 400 items were taken outside the hours of work on this day',
  ],
  items: 406,
  state: 'contested',
  measure: 'narrowed',
  lifted_at: null,
  decided_at: null,
  source: null,
  rules: 0,
  forget_at: null,
};
const found = {
  ...listed,
  name: null,
  name_until: null,
  parts: [
    { name: 'volume', nats: 7.06 },
    { name: 'windows_tried', nats: -1.386 },
  ],
  clients: [
    { client: 'HERON', items: 398 },
    { client: 'LARK', items: 8 },
  ],
  taken: ['HERON task:8c1f', 'HERON task:8c20', 'LARK task:11aa'],
  days,
  facts: [
    { day: '2025-03-01', words: 'joined' },
    { day: '2025-12-01', words: 'a case was found benign' },
    { day: '2025-12-22', words: 'notice was given' },
    { day: '2026-01-05', words: 'a case was opened' },
  ],
  pair: null,
  reason: null,
  contest: 'It was the quarterly check, ticket Q-7.',
  reveals: [
    { id: 'r1', reason: 'to ask the lead', asked_at: '2026-01-05T15:00:00Z', own: false, state: 'open' },
  ],
  unknown: ['what was photographed, remembered or told', 'where a delivered release went'],
  fits: [],
  late: [{ day: '2026-01-02', said: 1.2, now: 3.46, told_at: '2026-01-05T15:00:00Z' }],
};
const outsideListed = {
  ...listed,
  id: id.replace('501', '503'),
  person: 'p-90ab12cd',
  state: 'open',
  measure: 'none',
  source: 'google, m365',
  rules: 2,
  forget_at: '2026-04-05T10:00:00Z',
};
const byRule = {
  ...outsideListed,
  id: id.replace('501', '504'),
  person: 'p-77e01b22',
  score: 0,
  threshold: 0,
  reasons: ['Slack no longer needs the organisation’s own key.'],
  items: 0,
  source: 'slack',
  rules: 1,
};
const fits = [
  {
    ts: '2026-01-05T13:58:00Z',
    action: 'change_user_access',
    rule: 'google.drive.opened-outward',
    severity: 'high',
    words: 'A file was opened to somebody outside.',
  },
  {
    ts: '2026-01-05T14:01:00Z',
    action: 'New-InboxRule',
    rule: 'm365.mail.forwarded-out',
    severity: 'critical',
    words: 'A person’s mail is forwarded to an address outside.',
  },
];
const outside = {
  ...found,
  ...outsideListed,
  contest: null,
  clients: [{ client: 'google, m365', items: 406 }],
  taken: ['1AbC-d', 'https://lab.sharepoint.example/personal/p-90ab12cd/Documents/plan.docx'],
  facts: [{ day: '2026-01-05', words: 'a case was opened' }],
  fits,
};
const log = {
  id: 'l1',
  read_at: '2026-01-05T10:00:00Z',
  forget_at: '2026-04-05T10:00:00Z',
  bytes: 20_480,
  lines: 120,
  acts: 119,
  skipped: 1,
  alerts: 1,
  findings: {
    name: 'slack-january.jsonl',
    from_folder: true,
    sources: { slack: 119 },
    scored: {
      acts: 119,
      people: 14,
      late: 3,
      repeated: 2,
      of_nobody: 0,
      learning: true,
      cases: 1,
      cases_left_out: 0,
      added: 1,
      amended: 1,
      amended_days: [{ person: 'p-90ab12cd', day: '2026-01-02', said: 1.2, now: 3.46 }],
    },
    refused: [[7, 'line', 'a line is one JSON object']],
    unknown_fields: [['slack', 'moon', 3]],
    unknown_acts: [['slack', 'huddle_started', 12]],
    alerts: [
      {
        line: 12,
        ts: '2026-01-04T09:00:00Z',
        actor: 'p-77e01b22',
        case: byRule.id,
        action: 'ekm_unenrolled',
        rule: 'slack.key.given-up',
        custody: ['custody-control-change'],
        severity: 'critical',
        words: 'Slack no longer needs the organisation’s own key.',
      },
    ],
  },
};
const declaration = {
  scope: 'Slack of the whole company',
  notice: 'by mail',
  told_at: '2025-12-01T09:00:00Z',
  retention_days: 90,
  domains: ['lab.example'],
};
const answers: Record<string, unknown> = {
  '/api/v1/session': {
    member: id,
    person: id,
    name: 'A custodian',
    email: 'custodian@example.org',
    role: 'custodian',
    clients: [],
    one_person_installation: false,
  },
  '/api/v1/cases': {
    items: [listed, { ...listed, id: id.replace('501', '502'), state: 'open' }, outsideListed, byRule],
    next: null,
  },
  [`/api/v1/cases/${id}`]: found,
  [`/api/v1/cases/${outside.id}`]: outside,
  [`/api/v1/cases/${byRule.id}`]: {
    ...outside,
    ...byRule,
    parts: [],
    days: [],
    taken: [],
    clients: [],
    fits: fits.slice(1),
  },
  '/api/v1/watch/standing-rule': {
    rule: { measure: 'narrowed', score: 8, reason: 'agreed with the council' },
  },
  '/api/v1/watch/declaration': { declaration },
  '/api/v1/watch/facts': {
    items: [{ kind: 'docs', entries: 12_504, bytes: 1_402_113, set_at: '2026-01-03T08:00:00Z' }],
  },
  '/api/v1/watch/logs': { items: [log] },
};

const pages = [
  { name: 'cases', path: '/cases', ready: 'Contested' },
  { name: 'case', path: `/cases/${id}`, ready: 'What is not known here' },
  { name: 'case-outside', path: `/cases/${outside.id}`, ready: 'From outside logs' },
  { name: 'case-by-rule', path: `/cases/${byRule.id}`, ready: 'Rules that fit' },
  { name: 'watch-settings', path: '/cases/settings', ready: 'slack-january.jsonl' },
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
      const s = await stage(look);
      await s.page.route('**/api/v1/**', async (route) => {
        const answer = answers[new URL(route.request().url()).pathname];
        if (answer === undefined) await route.fallback();
        else await route.fulfill({ json: answer });
      });
      await s.page.goto(`${s.origin}${one.path}`);
      await s.page.getByText(one.ready).first().waitFor();
      await s.page.waitForTimeout(300);
      await s.page.screenshot({
        path: `shots/${one.name}-${look.width}-${look.dark ? 'dark' : 'light'}.png`,
        fullPage: true,
      });
      if (look.width === 1440) wrong.push(...(await findings(s.page)));
      wrong.push(...s.said);
      await s.close();
    }
    expect([...new Set(wrong)]).toEqual([]);
  });

test('a decision is sent with its reason', async () => {
  const s = await stage();
  const sent: unknown[] = [];
  await s.page.route('**/api/v1/**', async (route) => {
    const request = route.request();
    if (request.method() === 'POST' && request.url().endsWith('/decision')) {
      sent.push(request.postDataJSON());
      return route.fulfill({ status: 204 });
    }
    const answer = answers[new URL(request.url()).pathname];
    return answer === undefined ? route.fallback() : route.fulfill({ json: answer });
  });
  await s.page.goto(`${s.origin}/cases/${id}`);
  await s.page.getByRole('radio', { name: /True/ }).check();
  await s.page.getByRole('textbox', { name: 'Reason' }).fill('No ticket was found.');
  await s.page.getByRole('button', { name: 'Decide' }).click();
  await expect.poll(() => sent).toEqual([{ verdict: 'true', reason: 'No ticket was found.' }]);
  await s.close();
});

test('a file of facts is sent, and a refusal stands beside its kind', async () => {
  const s = await stage();
  const sent: string[] = [];
  await s.page.route('**/api/v1/**', async (route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname;
    if (request.method() === 'PUT') {
      sent.push(`${path} ${request.postData()}`);
      const rule = 'in line 2: it is a text';
      const json = {
        type: 'about:blank',
        title: 'invalid',
        status: 422,
        detail: 'Something is wrong.',
        errors: [{ path: '/email', rule }],
      };
      return route.fulfill({ status: 422, contentType: 'application/problem+json', json });
    }
    const answer = answers[path];
    return answer === undefined ? route.fallback() : route.fulfill({ json: answer });
  });
  await s.page.goto(`${s.origin}/cases/settings`);
  await s.page.getByText('12,504 documents, sent').waitFor();
  const chosen = s.page.waitForEvent('filechooser');
  await s.page.getByRole('button', { name: /^Send a file.*People/ }).click();
  const buffer = Buffer.from('{"email": "a@lab.example"}\n{}\n');
  await (await chosen).setFiles({ name: 'people.jsonl', mimeType: 'application/x-ndjson', buffer });
  await s.page.getByRole('alert').getByText('email in line 2: it is a text').waitFor();
  expect(sent).toEqual([`/api/v1/watch/facts/people ${buffer.toString()}`]);
  await s.close();
});

test('somebody without an account is erased by an admin, who types the address twice', async () => {
  const wrong: string[] = [];
  for (const look of [
    { width: 1440, height: 900, dark: false },
    { width: 1440, height: 900, dark: true },
    { width: 1024, height: 768, dark: false },
    { width: 1024, height: 768, dark: true },
  ]) {
    const s = await stage(look);
    const sent: unknown[] = [];
    await s.page.route('**/api/v1/**', async (route) => {
      const request = route.request();
      const path = new URL(request.url()).pathname;
      if (path === '/api/v1/watch/erasures') {
        sent.push(request.postDataJSON());
        return route.fulfill({ json: { cases: 2 } });
      }
      const me = { ...(answers['/api/v1/session'] as object), name: 'An admin', role: 'admin' };
      return path === '/api/v1/session' ? route.fulfill({ json: me }) : route.fallback();
    });
    await s.page.goto(`${s.origin}/people/outside`);
    await s.page.getByLabel('Address, or what else the logs call this person').fill('eve@lab.example');
    await s.page.getByRole('button', { name: 'Erase', exact: true }).click();
    const again = s.page.getByLabel('It cannot be undone. To erase, type it again');
    const forGood = s.page.getByRole('button', { name: 'Erase for good' });
    await again.fill('eve@lab');
    expect(await forGood.isDisabled()).toBe(true);
    await again.fill('eve@lab.example');
    await s.page.screenshot({
      path: `shots/erase-outside-${look.width}-${look.dark ? 'dark' : 'light'}.png`,
    });
    if (look.width === 1440) wrong.push(...(await findings(s.page)));
    await again.press('Enter');
    await s.page.getByText('2 cases named this person and do no more').waitFor();
    expect(sent).toEqual([{ address: 'eve@lab.example' }]);
    wrong.push(...s.said);
    await s.close();
  }
  expect([...new Set(wrong)]).toEqual([]);
});

test('a custodian reads who erases somebody, and has no form for it', async () => {
  const s = await stage();
  await s.page.route('**/api/v1/**', async (route) => {
    const answer = answers[new URL(route.request().url()).pathname];
    return answer === undefined ? route.fallback() : route.fulfill({ json: answer });
  });
  await s.page.goto(`${s.origin}/cases/settings`);
  await s.page.getByRole('link', { name: 'who does it, and what it reaches' }).click();
  await s.page.getByText('An admin does this').waitFor();
  expect(await s.page.getByRole('textbox').count()).toBe(0);
  await s.close();
});
