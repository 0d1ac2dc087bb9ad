import { expect, test } from 'vitest';
import { Problem } from '../../api/client.ts';
import { linkWords, refusal } from './words.ts';

test('the first demand for a code is no error', () => {
  expect(refusal(new Problem(401, 'code_required', ''), false)).toEqual({ codeNeeded: true, words: null });
  expect(refusal(new Problem(401, 'code_required', ''), true).words).toMatch(/next one/);
});

test('throttling says how long to wait', () => {
  const refused = refusal(new Problem(429, 'throttled', '', [], null, 90), false);
  expect(refused.words).toBe('Too many attempts. Try again in 1 min.');
});

test('wrong credentials do not say which part was wrong', () => {
  expect(refusal(new Problem(401, 'wrong_credentials', 'no such member'), false).words).toBe(
    'The address or the password does not fit.',
  );
});

test('a sign-in link that opened nothing says why, and is still good where the server was not reached', () => {
  const all = ['link_used', 'link_expired', 'link_unknown', 'link_closed', 'forbidden'].map((slug) =>
    linkWords(slug, false),
  );
  expect(new Set(all).size).toBe(all.length);
  expect(linkWords('link_expired', false)).toContain('too old');
  expect(linkWords('offline', true)).toContain('still good');
});
