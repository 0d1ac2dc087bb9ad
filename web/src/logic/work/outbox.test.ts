import { expect, test, vi } from 'vitest';
import { type Outcome, Outbox, type OutboxState, type Parcel } from './outbox.ts';

const parcel = (assignment: string): Parcel => ({
  assignment,
  number: 1,
  answers: {},
  active_ms: 1,
  key: `k-${assignment}`,
});

function outbox(replies: Outcome[]) {
  const sent: string[] = [];
  const states: OutboxState[] = [];
  const waits: number[] = [];
  const done: string[] = [];
  const box = new Outbox({
    send: async (p) => {
      sent.push(`${p.assignment}/${p.key}`);
      return replies.shift() ?? { state: 'submitted' };
    },
    done: (p, state) => void done.push(`${p.assignment} ${state}`),
    changed: (state) => void states.push(state),
    wait: async (ms) => void waits.push(ms),
  });
  return { box, sent, states, waits, done };
}

test('one after the other, in order', async () => {
  const { box, sent, done } = outbox([]);
  box.add(parcel('a'));
  box.add(parcel('b'));
  await box.settled();
  expect(sent).toEqual(['a/k-a', 'b/k-b']);
  expect(done).toEqual(['a submitted', 'b submitted']);
});

test('without a connection the same answer goes again under the same key, ever more patiently', async () => {
  const again: Outcome = { state: 'again', words: 'The server was not reached.' };
  const { box, sent, waits, states, done } = outbox([again, again, again]);
  box.add(parcel('a'));
  await box.settled();
  expect(sent).toEqual(Array(4).fill('a/k-a'));
  expect(waits).toEqual([1000, 2000, 4000]);
  expect(states.some((s) => s.failing === 'The server was not reached.' && s.waiting === 1)).toBe(true);
  expect(states.at(-1)).toEqual({ waiting: 0, held: null, failing: null, refused: [] });
  expect(done).toEqual(['a submitted']);
});

test('a server that asks for time gets it', async () => {
  const { box, waits } = outbox([{ state: 'again', words: '', afterMs: 12_000 }]);
  box.add(parcel('a'));
  await box.settled();
  expect(waits).toEqual([12_000]);
});

test('what is refused is kept and does not stop the others', async () => {
  const { box, states, done } = outbox([
    { state: 'refused', words: 'no', errors: [{ path: '/q', rule: 'r' }] },
  ]);
  box.add(parcel('a'));
  box.add(parcel('b'));
  await box.settled();
  expect(done).toEqual(['b submitted']);
  expect(states.at(-1)?.refused).toMatchObject([{ words: 'no', parcel: { assignment: 'a' } }]);
  box.takeBack('a');
  expect(states.at(-1)?.refused).toEqual([]);
});

test('a second press on submit is the same submit', async () => {
  const { box, sent } = outbox([]);
  box.add(parcel('a'));
  box.add({ ...parcel('a'), key: 'other' });
  await box.settled();
  expect(sent).toEqual(['a/k-a']);
});

test('a fault of the page itself counts as “again”', async () => {
  const send = vi.fn().mockRejectedValueOnce(new Error('x')).mockResolvedValue({ state: 'late' });
  const done = vi.fn();
  const box = new Outbox({ send, done, changed: () => {}, wait: async () => {} });
  box.add(parcel('a'));
  await box.settled();
  expect(done).toHaveBeenCalledWith(parcel('a'), 'late');
});

/** A box whose waits end only when they are let go. */
function holding() {
  const sent: string[] = [];
  const states: OutboxState[] = [];
  const box = new Outbox({
    send: async (p) => {
      sent.push(p.assignment);
      return { state: 'submitted' };
    },
    done: () => {},
    changed: (state) => void states.push(state),
    wait: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  });
  return { box, sent, states };
}

test('what is held can be taken back, and is then not sent', async () => {
  const { box, sent, states } = holding();
  box.add(parcel('a'), 6000);
  expect(states.at(-1)).toMatchObject({ waiting: 1, held: { assignment: 'a' } });
  expect(box.undo()?.assignment).toBe('a');
  expect(box.holds('a')).toBe(false);
  expect(box.undo()).toBeNull();
  await box.settled();
  expect(sent).toEqual([]);
  expect(states.at(-1)).toMatchObject({ waiting: 0, held: null });
});

test('the next answer lets the held one go, and each is sent once', async () => {
  const { box, sent } = holding();
  box.add(parcel('a'), 6000);
  box.add(parcel('b'), 6000);
  await vi.waitFor(() => expect(sent).toEqual(['a']));
  box.letGo();
  await box.settled();
  expect(sent).toEqual(['a', 'b']);
});

test('what was taken back can be submitted again', async () => {
  const { box, sent } = holding();
  box.add(parcel('a'), 6000);
  box.undo();
  box.add(parcel('a'));
  await box.settled();
  expect(sent).toEqual(['a']);
});
