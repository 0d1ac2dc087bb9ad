// The pages on walls over answers of our own: a demo of a few minutes has neither ninety days nor forty people.

import { stage } from './browser.ts';

export const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const clients = ['HERON', 'LARK', 'SWIFT', 'WREN', 'KITE'].map((code_name, i) => ({
  id: uuid(i + 1),
  name: `${code_name} Labs`,
  code_name,
  colour: i,
  key_state: 'available',
}));
export const [heron, lark] = [uuid(1), uuid(2)];
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
  conflicts: [
    { id: uuid(610), kind: 'class', named: false, declared_at: ago(8), ended_at: null },
    { id: uuid(611), kind: 'pair', named: true, declared_at: ago(30), ended_at: null },
    { id: uuid(612), kind: 'pair', named: true, declared_at: ago(90), ended_at: ago(40) },
  ],
  owner_in_conflict: true,
  cool_off_days: 180,
  declarations: false,
};
export const gaps = [
  {
    ledger: 'installation',
    to_enter: ['members', 'erasures', 'conflicts', 'ties', 'budgets'],
    lost: 14,
    request: null,
  },
  { ledger: heron, to_enter: ['exposures', 'walls', 'grants', 'holds', 'terms'], lost: 9, request: null },
  {
    ledger: lark,
    to_enter: ['exposures', 'walls', 'grants', 'holds', 'terms'],
    lost: null,
    request: uuid(720),
  },
].map((gap) => ({ ...gap, since: ago(0), kept_until: gap.lost === null ? null : ago(1) }));
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

export type Who = 'custodian' | 'observer' | 'expert';
/** A page of somebody over these answers; what it sends, but for reading, is kept. */
export async function open(
  who: Who,
  path: string,
  look: { width?: number; height?: number; dark?: boolean } = {},
) {
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
    if (asked === '/api/v1/gaps')
      return route.fulfill({ json: { items: path === '/gaps' ? gaps : [], next: null } });
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
              ? { json: { members: [uuid(101), uuid(90)], leases_ended: 1, exposed_to_both: [] } }
              : { json: { id: uuid(821), state: 'open' } },
      );
    }
    const answer = answers[asked];
    return answer === undefined ? route.fallback() : route.fulfill({ json: answer });
  });
  await s.page.goto(s.origin + path);
  return { ...s, sent };
}
