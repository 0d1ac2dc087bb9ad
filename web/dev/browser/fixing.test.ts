// Answers in words before the real server: a reviewer fixes some, and the operator's page says by how much, by author, and on a
// page of each person. Pictures and axe in both themes.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf, goldRow, looked, rounding, send } from './asking.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

const TASKS = 12;
const written = 'It is round because it ends in a zero.';

test('what a reviewer fixed is told by how much and by whom', async () => {
  const operator = await demo.as('Operator');
  const ask = operator.context().request;
  const heron = await clientOf(demo, ask, 'HERON');
  const why = { name: 'why', type: 'text', title: 'Why', required: true };
  const schema = { ...rounding, questions: [...rounding.questions, why] };
  const pipeline = { overlap: 1, gold_rate: 0.3, review_rate: 1 };
  const made = { name: 'Rounding, with reasons', schema, guideline: 'Round ends in a zero.', pipeline };
  const pool = { domain: 'biology' };
  const project = (await send(demo, ask, 'POST', `/clients/${heron}/projects`, { ...made, pool }))
    .id as string;
  for (let n = 1; n <= TASKS; n++) {
    const row = { external_id: `t${n}`, data: { question: `Is ${n} a round number?` } };
    await send(demo, ask, 'POST', `/projects/${project}/tasks`, row);
  }
  for (let n = 1; n <= 30; n++) await send(demo, ask, 'POST', `/projects/${project}/tasks`, goldRow(n));
  const expert = await demo.as('Expert in biology');
  const work = expert.context().request;
  await send(demo, work, 'POST', `/projects/${project}/guideline/acknowledge`, { version: 1 });
  for (let n = 0; n < 25; n++) {
    const taken = await send(demo, work, 'POST', `/projects/${project}/assignments`, {});
    if (!taken.id) break;
    const answers = { verdict: { value: n % 4 === 0 ? 'yes' : 'no' }, why: { value: written } };
    const path = `/assignments/${taken.id as string}/annotation`;
    await send(demo, work, 'POST', path, { answers, active_ms: 41_000 });
  }
  await expert.context().close();

  const reviewer = await demo.as('Reviewer');
  const judge = reviewer.context().request;
  for (let n = 0; n < TASKS - 1; n++) {
    const taken = await send(demo, judge, 'POST', `/projects/${project}/assignments`, { step: 'review' });
    if (!taken.id) break;
    const answers = {
      ...(taken.annotation as { answers: object }).answers,
      why: { value: 'It is not round because it ends in a one.' },
    };
    const fix = { verdict: 'fix', answers, reasons: ['incorrect'] };
    const verdict = n % 3 === 0 ? fix : { verdict: 'accept' };
    await send(demo, judge, 'POST', `/assignments/${taken.id as string}/review`, verdict);
  }
  await reviewer.context().close();

  type Person = { person: string; reviewed?: { fix_size?: { fixes: number } | null } | null };
  let person = '';
  for (let tries = 0; ; tries++) {
    const found = (await send(demo, ask, 'GET', `/projects/${project}/quality`)) as {
      report: { people: Person[] } | null;
    };
    const of = found.report?.people.find((one) => (one.reviewed?.fix_size?.fixes ?? 0) >= 3);
    person = of?.person ?? '';
    if (person) break;
    if (tries > 120) throw new Error('the report does not know the fixes');
    await operator.waitForTimeout(500);
  }
  await operator.context().close();
  const wrong = await looked(
    demo,
    'Operator',
    `/projects/${project}/quality`,
    'What reviewers did with each person',
    'quality-fixes',
  );
  const page = `/projects/${project}/quality/${person}`;
  wrong.push(...(await looked(demo, 'Operator', page, 'Quality of the whole project', 'quality-person')));
  expect(wrong).toEqual([]);
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 240_000);
