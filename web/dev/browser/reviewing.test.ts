// Reviewers are measured before the real server: answers to gold reach them among the others, the operator's page shows how
// they judged, and the reviewer's own page says roughly and late. Pictures and axe in both themes.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf, goldRow, looked, rounding, send } from './asking.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

const GOLD = 12;

test('gold among what is reviewed shows who accepts too much', async () => {
  const operator = await demo.as('Operator');
  const ask = operator.context().request;
  const heron = await clientOf(demo, ask, 'HERON');
  const pipeline = { overlap: 1, gold_rate: 1, review_rate: 0, reviewed_gold_rate: 1 };
  const made = { name: 'Rounding, reviewed', schema: rounding, guideline: 'Round ends in a zero.', pipeline };
  const pool = { domain: 'biology' };
  const project = (await send(demo, ask, 'POST', `/clients/${heron}/projects`, { ...made, pool }))
    .id as string;
  for (let n = 1; n <= GOLD; n++) await send(demo, ask, 'POST', `/projects/${project}/tasks`, goldRow(n));

  const expert = await demo.as('Expert in biology');
  const work = expert.context().request;
  await send(demo, work, 'POST', `/projects/${project}/guideline/acknowledge`, { version: 1 });
  for (let n = 0; n < GOLD; n++) {
    const taken = await send(demo, work, 'POST', `/projects/${project}/assignments`, {});
    const answers = { verdict: { value: n % 3 === 0 ? 'yes' : 'no' } };
    await send(demo, work, 'POST', `/assignments/${taken.id as string}/annotation`, {
      answers,
      active_ms: 900,
    });
  }
  await expert.context().close();

  const reviewer = await demo.as('Reviewer');
  const judge = reviewer.context().request;
  for (let judged = 0, tries = 0; judged < GOLD; tries++) {
    if (tries > 200) throw new Error(`only ${judged} answers to gold came to the reviewer`);
    const taken = await send(demo, judge, 'POST', `/projects/${project}/assignments`, { step: 'review' });
    if (!taken.id) await reviewer.waitForTimeout(500);
    else {
      await send(demo, judge, 'POST', `/assignments/${taken.id as string}/review`, { verdict: 'accept' });
      judged++;
    }
  }
  type Report = { report: { reviews: { hidden: Record<string, { total: number }> } | null } | null };
  for (let tries = 0; ; tries++) {
    const found = (await send(demo, ask, 'GET', `/projects/${project}/quality`)) as Report;
    if (Object.values(found.report?.reviews?.hidden ?? {}).some((one) => one.total === GOLD)) break;
    if (tries > 120) throw new Error('the report does not know the reviews');
    await operator.waitForTimeout(500);
  }
  await operator.goto(`${demo.origin}/projects/${project}/quality`);
  await operator
    .getByText(/wrong accepted/)
    .first()
    .waitFor();
  await operator.context().close();
  const wrong = await looked(demo, 'Operator', `/projects/${project}/quality`, 'Review', 'quality-reviewers');
  const own = `/work/reviewing/${project}`;
  wrong.push(...(await looked(demo, 'Reviewer', own, 'Too little is known yet', 'reviewing-own')));
  await reviewer.goto(`${demo.origin}/work?quiet=shown`);
  const row = reviewer.getByRole('listitem').filter({ hasText: 'Rounding, reviewed' });
  await row.getByRole('link', { name: 'How you review' }).waitFor();
  await reviewer.context().close();
  expect(wrong).toEqual([]);
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 240_000);
