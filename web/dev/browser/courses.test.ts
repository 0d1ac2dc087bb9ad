// A qualification course before the real server: an operator makes one of gold rows, an expert takes it in the ordinary
// workspace, passes, and the project whose pool asks for it opens to him.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf, goldRow, looked, rounding, send } from './asking.ts';
import { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
}, 600_000);
afterAll(() => demo?.stop());

const guideline = 'Round means ending in a zero.';
const TASKS = 2;

test('who passes a course may work where it is asked for', async () => {
  const operator = await demo.as('Operator');
  const ask = operator.context().request;
  const heron = await clientOf(demo, ask, 'HERON');
  const make = async (name: string, pool: Record<string, unknown>) => {
    const project = { name, schema: rounding, guideline, pipeline: { overlap: 1 }, pool };
    return (await send(demo, ask, 'POST', `/clients/${heron}/projects`, project)).id as string;
  };
  const course = await make('Course on rounding', { domain: 'biology' });
  for (let n = 8; n <= 11; n++) await send(demo, ask, 'POST', `/projects/${course}/tasks`, goldRow(n));

  await operator.goto(`${demo.origin}/projects/${course}/course`);
  await operator.getByText('4 tasks have a known answer now').waitFor();
  await operator.getByLabel('Tasks of an attempt').fill(String(TASKS));
  await operator.getByLabel('Pass mark, in %').fill('100');
  await operator.getByLabel('A pass counts, in days').fill('90');
  await operator.getByRole('button', { name: 'Make it a course' }).click();
  await operator.getByText('2 tasks, 100 % right to pass, 2 attempts; a pass counts for 90 days.').waitFor();
  await operator.getByText('room for 2 attempts').waitFor();

  // The pool of another project asks for it, by the form.
  const project = await make('Rounding, for the qualified', { domain: 'biology' });
  const row = { data: { question: 'Is 40 a round number?' } };
  await send(demo, ask, 'POST', `/projects/${project}/tasks`, row);
  await operator.goto(`${demo.origin}/projects/${project}/settings`);
  await operator.getByLabel('Passed “Course on rounding”').check();
  await operator.getByRole('button', { name: 'Save', exact: true }).click();
  await operator.getByText('experts in biology, who passed a course').waitFor();
  await operator.context().close();

  const expert = await demo.as('Expert in biology');
  await expert.goto(`${demo.origin}/work`);
  const waits = expert.getByRole('listitem').filter({ hasText: 'Course on rounding' });
  await waits.getByText('Course', { exact: true }).waitFor();
  expect(await expert.getByText('Rounding, for the qualified').count()).toBe(0);
  await waits.getByRole('button', { name: /guideline/ }).click();
  await expert.getByRole('button', { name: /I have read/ }).click();
  await expert.goto(`${demo.origin}/work`);
  await waits.getByRole('button', { name: 'Start' }).click();
  for (let n = 0; n < TASKS; n++) {
    const text = await expert
      .getByText(/Is \d+ a round number\?/)
      .first()
      .innerText();
    const number = Number(/Is (\d+)/.exec(text)?.[1]);
    await expert.keyboard.press(number % 10 === 0 ? '1' : '2');
    await expert.keyboard.press('Control+Enter');
    if (n + 1 < TASKS) await expert.getByText(text).waitFor({ state: 'detached' });
  }
  await expert.waitForTimeout(500);
  await expert.goto(`${demo.origin}/work/course/${course}`);
  await expert.getByText('Passed', { exact: true }).first().waitFor({ timeout: 60_000 });
  const wrong = await looked(demo, 'Expert in biology', `/work/course/${course}`, 'Attempts', 'course-own');
  wrong.push(...(await looked(demo, 'Expert in biology', '/work', 'Course on rounding', 'course-home')));
  wrong.push(...(await looked(demo, 'Operator', `/projects/${course}/course`, 'Attempts', 'course')));
  await expert.goto(`${demo.origin}/work`);
  await expert.getByText('Rounding, for the qualified').waitFor();
  expect(await waits.getByRole('button').count()).toBe(0);
  await expert.context().close();
  expect(wrong).toEqual([]);
  expect(demo.said.filter((line) => !line.startsWith('debug'))).toEqual([]);
}, 240_000);
