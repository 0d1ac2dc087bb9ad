// Pictures of every page in both themes and two sizes, into `shots/`, and axe on each.

import { afterAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { begin, closeBrowser, type Stage, stage } from './browser.ts';

afterAll(closeBrowser);

type Page = { name: string; signedIn?: boolean; open: (stage: Stage) => Promise<void> };
const pages: Page[] = [
  { name: 'sign-in', signedIn: false, open: async (s) => void (await s.page.goto(`${s.origin}/sign-in`)) },
  {
    name: 'invitation',
    signedIn: false,
    open: async (s) => void (await s.page.goto(`${s.origin}/invitation/x`)),
  },
  { name: 'work', open: async (s) => void (await s.page.goto(`${s.origin}/work`)) },
  { name: 'account', open: async (s) => void (await s.page.goto(`${s.origin}/account`)) },
  {
    name: 'pair',
    open: async (s) => {
      await begin(s, 'Preference, cardiology');
      await s.page.keyboard.press('5');
      await s.page.keyboard.press('Tab');
      await s.page.keyboard.type('B uses the right rule for the lower dose: two criteria, not one.');
    },
  },
  {
    name: 'pair-differences',
    open: async (s) => {
      await begin(s, 'Preference, cardiology');
      await s.page.keyboard.press('d');
      await s.page.keyboard.press('Control+Enter');
    },
  },
  {
    name: 'pair-guideline',
    open: async (s) => {
      await begin(s, 'Preference, cardiology');
      await s.page.keyboard.press('g');
      await s.page.getByText('Safety first').waitFor();
    },
  },
  {
    name: 'skip',
    open: async (s) => {
      await begin(s, 'Preference, cardiology');
      await s.page.keyboard.press('s');
      await s.page.keyboard.press('2');
    },
  },
  {
    name: 'spans',
    open: async (s) => {
      await begin(s, 'Clause mark-up');
      const text = s.page.getByRole('textbox', { name: /Text to mark/ });
      await text.focus();
      for (let i = 0; i < 8; i++) await s.page.keyboard.press('ArrowRight');
      for (let i = 0; i < 9; i++) await s.page.keyboard.press('Shift+ArrowRight');
      await s.page.keyboard.press('b');
      for (let i = 0; i < 4; i++) await s.page.keyboard.press('ArrowLeft');
      for (let i = 0; i < 12; i++) await s.page.keyboard.press('Shift+ArrowRight');
      await s.page.keyboard.press('c');
      for (let i = 0; i < 9; i++) await s.page.keyboard.press('Shift+ArrowRight');
      await s.page.keyboard.press('d');
      for (let i = 0; i < 20; i++) await s.page.keyboard.press('ArrowRight');
      for (let i = 0; i < 6; i++) await s.page.keyboard.press('Shift+ArrowRight');
    },
  },
  {
    name: 'rubric',
    open: async (s) => {
      await begin(s, 'Code answers');
      for (const key of ['1', '1', '3', '2']) await s.page.keyboard.press(key);
    },
  },
  {
    name: 'chat',
    open: async (s) => {
      await begin(s, 'Triage talks');
      await s.page.keyboard.press('1');
    },
  },
  {
    name: 'keys',
    open: async (s) => {
      await begin(s, 'Triage talks');
      await s.page.keyboard.press('?');
    },
  },
];
const looks = [
  { width: 1440, height: 900, dark: false },
  { width: 1440, height: 900, dark: true },
  { width: 1024, height: 768, dark: false },
  { width: 1024, height: 768, dark: true },
];

for (const page of pages)
  test(`${page.name} has no serious finding in either theme`, async () => {
    const wrong: string[] = [];
    for (const look of looks) {
      const s = await stage({ ...look, signedIn: page.signedIn ?? true });
      await page.open(s);
      await s.page.waitForTimeout(350);
      await s.page.screenshot({
        path: `shots/${page.name}-${look.width}-${look.dark ? 'dark' : 'light'}.png`,
      });
      if (look.width === 1440) wrong.push(...(await findings(s.page)));
      wrong.push(...s.said.filter((line) => !line.includes('401')));
      await s.close();
    }
    expect([...new Set(wrong)]).toEqual([]);
  });
