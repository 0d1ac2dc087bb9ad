// A model whose answers came with the rows, before the real server: the operator's page says how often it is right, and
// the expert's work never names it. Pictures and axe in both themes.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf, goldRow, type Json, looked, rounding, send } from './asking.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

const MODEL = 'marlin-7b';
const ROWS = 24;
const round = (n: number): string => (n % 10 === 0 ? 'yes' : 'no');

/** Every other one is gold; the model errs on each sixth. */
function row(n: number): Json {
  const { gold, ...asked } = goldRow(n);
  const said = n % 6 === 0 ? (round(n) === 'yes' ? 'no' : 'yes') : round(n);
  return { ...asked, ...(n % 2 ? {} : { gold }), judges: { [MODEL]: { verdict: { value: said } } } };
}

test('a model that answered with the rows is measured, and named to nobody who answers', async () => {
  const operator = await demo.as('Operator');
  const ask = operator.context().request;
  const heron = await clientOf(demo, ask, 'HERON');
  const pipeline = { overlap: 1, gold_rate: 0.5, review_rate: 0 };
  const made = { name: 'Rounding, judged', schema: rounding, guideline: 'Round ends in a zero.', pipeline };
  const pool = { domain: 'biology' };
  const { id } = await send(demo, ask, 'POST', `/clients/${heron}/projects`, { ...made, pool });
  const project = id as string;
  for (let n = 1; n <= ROWS; n++) await send(demo, ask, 'POST', `/projects/${project}/tasks`, row(n));

  const expert = await demo.as('Expert in biology');
  const work = expert.context().request;
  await send(demo, work, 'POST', `/projects/${project}/guideline/acknowledge`, { version: 1 });
  await expert.goto(`${demo.origin}/work`);
  const begin = expert.getByRole('listitem').filter({ hasText: 'Rounding, judged' });
  await begin.getByRole('button').click();
  await expert.getByRole('button', { name: /Submit and next/ }).waitFor();
  expect(await expert.content()).not.toContain(MODEL);
  for (let answered = 0; answered < ROWS; answered++) {
    const taken = await send(demo, work, 'POST', `/projects/${project}/assignments`, {});
    if (!taken.id) break;
    expect(JSON.stringify(taken)).not.toContain(MODEL);
    const asked = taken.content as { question: { text: string } };
    const value = round(Number(asked.question.text.split(' ')[1]));
    const given = { answers: { verdict: { value } }, active_ms: 900 };
    await send(demo, work, 'POST', `/assignments/${taken.id as string}/annotation`, given);
  }
  await expert.context().close();

  type Judge = { judge: string; gold: { total: number } | null };
  for (let tries = 0; ; tries++) {
    const found = (await send(demo, ask, 'GET', `/projects/${project}/quality`)) as {
      report: { judges?: Judge[] } | null;
    };
    const [judge] = found.report?.judges ?? [];
    if (judge?.judge === MODEL && (judge.gold?.total ?? 0) >= ROWS / 4) break;
    if (tries > 240)
      throw new Error(`the report does not know the model: ${JSON.stringify(found.report?.judges)}`);
    await operator.waitForTimeout(500);
  }
  const quality = `/projects/${project}/quality`;
  await operator.goto(demo.origin + quality);
  const judges = operator.getByRole('region', { name: 'Model judges' });
  await judges.getByText(`Model judge ${MODEL}`).first().waitFor();
  await judges
    .getByText(/\d+ of \d+ right/)
    .first()
    .waitFor();
  await operator.context().close();
  expect(await looked(demo, 'Operator', quality, 'Model judges', 'quality-judges')).toEqual([]);
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 300_000);
