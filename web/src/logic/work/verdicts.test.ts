import { expect, test } from 'vitest';
import { type Decided, type Sent, Verdicts, type VerdictState } from './verdicts.ts';

function bench(answers: Sent[] = []) {
  const sent: string[] = [];
  let state: VerdictState = { waiting: null, stuck: [], last: null };
  const timers: (() => void)[] = [];
  const verdicts = new Verdicts({
    send: async (decided) => {
      sent.push(`${decided.assignment} ${decided.verdict.verdict}`);
      return answers.shift() ?? { done: true };
    },
    changed: (next) => (state = next),
    later: (run) => {
      timers.push(run);
      return () => timers.splice(timers.indexOf(run), 1);
    },
  });
  return { verdicts, sent, state: () => state, timers };
}
const accept = (assignment: string): Decided => ({
  assignment,
  number: 1,
  verdict: { verdict: 'accept' },
});

test('a decision goes after its moment, or with the next one, once', async () => {
  const b = bench();
  await b.verdicts.give(accept('a'));
  expect(b.sent).toEqual([]);
  expect(b.verdicts.holds('a')).toBe(true);
  await b.verdicts.give(accept('b'));
  expect(b.sent).toEqual(['a accept']);
  expect(b.state().last?.assignment).toBe('a');
  b.timers.at(-1)?.();
  await Promise.resolve();
  expect(b.sent).toEqual(['a accept', 'b accept']);
  await b.verdicts.flush();
  expect(b.sent).toHaveLength(2);
});

test('what is taken back is never sent', async () => {
  const b = bench();
  await b.verdicts.give(accept('a'));
  expect(b.verdicts.takeBack()?.assignment).toBe('a');
  expect(b.timers).toHaveLength(0);
  await b.verdicts.flush();
  expect(b.sent).toEqual([]);
});

test('what does not go through is kept, said, and goes again only if that may help', async () => {
  const b = bench([
    { done: false, words: 'The server was not reached.', passing: true },
    { done: false, words: 'not held any more', passing: false },
  ]);
  await b.verdicts.give(accept('a'));
  await b.verdicts.flush();
  expect(b.state().stuck.map((one) => one.words)).toEqual(['The server was not reached.']);
  await b.verdicts.retry();
  expect(b.state().stuck.map((one) => one.words)).toEqual(['not held any more']);
  await b.verdicts.retry();
  expect(b.sent).toHaveLength(2);
  expect(b.verdicts.takeBack('a')?.assignment).toBe('a');
  expect(b.state().stuck).toEqual([]);
});
