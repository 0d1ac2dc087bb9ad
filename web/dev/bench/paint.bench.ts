// From the key that submits to the next task painted, in ms: the median, the 95th percentile and the worst.

import { afterAll, beforeAll, test } from 'vitest';
import { Demo } from '../browser/demo.ts';

const tasks = Number(process.env.VOUCHSAFE_PAINT_TASKS ?? 200);
/** As long as somebody needs at least for a task: the one fetched ahead arrives meanwhile. */
const thinkMs = Number(process.env.VOUCHSAFE_PAINT_THINK_MS ?? 400);
const project = 'Clauses, confidentiality';

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
});
afterAll(() => demo?.stop());

declare global {
  interface Window {
    painted: number[];
  }
}

test('submit to next task painted', async () => {
  const operator = await demo.as('Operator');
  const id = await demo.project(project);
  const words =
    'The recipient shall keep every copy apart and destroy it on request, whatever the reason. '.repeat(12);
  const rows = Array.from({ length: tasks + 20 }, (_, n) =>
    JSON.stringify({ data: { clause: `${n}. ${words}` } }),
  );
  await operator.context().request.post(`${demo.origin}/api/v1/projects/${id}/tasks`, {
    headers: { 'X-Vouchsafe': '1', 'Content-Type': 'application/x-ndjson' },
    data: rows.join('\n'),
  });

  const page = await demo.as('Expert in law');
  await page.goto(`${demo.origin}/work`);
  await page
    .locator('li', { has: page.getByText(project, { exact: true }) })
    .getByRole('button')
    .first()
    .click();
  await page.getByRole('button', { name: /Submit and next/ }).waitFor();
  await page.evaluate(() => {
    window.painted = [];
    addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Enter' || !event.ctrlKey) return;
        const old = location.pathname;
        const look = () => {
          if (location.pathname === old || !document.querySelector('.head'))
            return requestAnimationFrame(look);
          // The frame that holds the new task is on its way; a task after it runs when it was painted.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.painted.push(performance.now() - event.timeStamp);
            port2.postMessage(null);
          });
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  });
  for (let n = 0; n < tasks; n++) {
    await page.waitForTimeout(thinkMs);
    await page.keyboard.press('2');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction((done) => window.painted.length > done, n, { timeout: 30_000 });
  }
  const ms = (await page.evaluate(() => window.painted)).sort((a, b) => a - b);
  const at = (share: number) => (ms[Math.min(ms.length - 1, Math.floor(share * ms.length))] ?? 0).toFixed(0);
  console.log(
    `submit to next task painted: ${ms.length} tasks of 1.1 kB, ${thinkMs} ms of thought each: ` +
      `median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms`,
  );
});
