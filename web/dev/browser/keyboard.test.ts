// The day of an expert without a mouse: every step back, the focus where it was, the keys in view and over nothing.

import { afterAll, afterEach, expect, test } from 'vitest';
import { begin, closeBrowser, type Stage, stage } from './browser.ts';

let s: Stage;
afterEach(() => s?.close());
afterAll(closeBrowser);

const press = async (...keys: string[]) => {
  for (const key of keys) await s.page.keyboard.press(key);
};
const chosen = (name: RegExp) => s.page.getByRole('radio', { name }).isChecked();
const question = () => s.page.locator('.question.here').getAttribute('data-question');

test('a change of an answer is undone and done again, outside the fields', async () => {
  s = await stage();
  await begin(s, 'Preference, cardiology');
  await press('6');
  expect(await chosen(/B is clearly better/)).toBe(true);
  await press('2');
  expect(await chosen(/A is clearly better/)).toBe(true);
  await press('Control+z');
  expect(await chosen(/B is clearly better/)).toBe(true);
  await press('Control+z');
  expect(await s.page.getByRole('radio', { checked: true }).count()).toBe(0);
  await press('Control+y');
  expect(await chosen(/B is clearly better/)).toBe(true);
});

test('E writes in the next field where the question has none, and the focus comes back from what opens', async () => {
  s = await stage();
  await begin(s, 'Preference, cardiology');
  await press('6', 'Tab', 'Tab', '2');
  const before = await question();
  await press('s', 'Escape');
  const focused = () => s.page.evaluate(() => document.activeElement?.closest('[data-question]') !== null);
  await expect.poll(focused).toBe(true);
  expect(await question()).toBe(before);
  await press('/', 'Escape');
  await expect.poll(focused).toBe(true);
  await press('e');
  await expect.poll(() => s.page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
});

test('of several that can be chosen one is reached by Tab, the others by arrows', async () => {
  s = await stage();
  await begin(s, 'Preference, cardiology');
  // Both answers weak: it is asked what they lack.
  await press('4', 'Tab', 'Tab', '1', 'j', '1');
  const group = s.page
    .getByRole('group')
    .filter({ has: s.page.getByRole('checkbox') })
    .first();
  await group.getByRole('checkbox').first().focus();
  await press('ArrowDown');
  expect(
    await group
      .getByRole('checkbox')
      .nth(1)
      .evaluate((one) => one === document.activeElement),
  ).toBe(true);
  await press('Tab');
  expect(await group.evaluate((one) => one.contains(document.activeElement))).toBe(false);
});

test('passages are marked without a mouse: M goes into the text, Escape back to the question', async () => {
  s = await stage();
  await begin(s, 'Clause mark-up');
  const question = await s.page.locator('.question.here').getAttribute('data-question');
  const focused = () =>
    s.page.evaluate(() => {
      const at = document.activeElement;
      return at?.role === 'textbox' ? 'text' : at?.getAttribute('data-question');
    });
  await press('m');
  await expect.poll(focused).toBe('text');
  // The first word is selected: the labels stand beneath it.
  await s.page.getByRole('group', { name: 'Label the selected passage' }).waitFor();
  await press('Shift+ArrowRight', 'b', 'Escape', 'Escape');
  await expect.poll(focused).toBe(question);
  expect(await s.page.getByRole('button', { name: /^Take away B/ }).count()).toBe(1);
});

test('the keys are shown beneath the task and cover neither content nor questions', async () => {
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
  ] as const) {
    s = await stage({ width, height });
    await begin(s, 'Preference, cardiology');
    await press('?');
    await s.page.waitForTimeout(300);
    const sheet = await s.page.locator('.sheet').boundingBox();
    for (const part of ['.desk .pane', '.desk .side', '.desk .foot']) {
      const box = await s.page.locator(part).first().boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((sheet?.y ?? 0) + 1);
      expect(box?.height).toBeGreaterThan(30);
    }
    await press('Escape');
    await expect.poll(() => s.page.locator('.sheet').count()).toBe(0);
    if (width === 1440) await s.close();
  }
});

test('text grows and shrinks by a key, and stays so', async () => {
  s = await stage();
  await begin(s, 'Preference, cardiology');
  const px = () =>
    s.page
      .locator('.reading')
      .first()
      .evaluate((one) => parseFloat(getComputedStyle(one).fontSize));
  const normal = await px();
  await press('+');
  await expect.poll(px).toBeGreaterThan(normal);
  await s.page.reload();
  await s.page.locator('.reading').first().waitFor();
  expect(await px()).toBeGreaterThan(normal);
  await press('-', '-');
  await expect.poll(px).toBeLessThan(normal);
});

test('who chose so goes on by the digit alone', async () => {
  s = await stage();
  await s.page.goto(`${s.origin}/account`);
  await s.page.getByRole('radio', { name: 'Go to the next one' }).check();
  await begin(s, 'Preference, cardiology');
  const first = await question();
  await press('5');
  await expect.poll(question).not.toBe(first);
});

test('differences are shown in what is read, not in its source', async () => {
  s = await stage();
  await begin(s, 'Preference, cardiology');
  await press('d');
  await s.page.locator('.reading mark').first().waitFor();
  const [marks, rendered] = await Promise.all([
    s.page.locator('.candidates mark').count(),
    s.page.locator('.candidates .reading :is(strong, ul, ol, p)').count(),
  ]);
  expect(marks).toBeGreaterThan(0);
  expect(rendered).toBeGreaterThan(0);
  expect(await s.page.locator('.candidates').innerText()).not.toContain('**');
  await press('r');
  await expect.poll(() => s.page.locator('.candidates .reading.raw mark').count()).toBeGreaterThan(0);
});
