// The decisions of this reviewer on their way to the server.

import { Problem } from '../../api/client.ts';
import { decideReview } from '../../api/work.ts';
import { session } from '../../frame/session.svelte.ts';
import { type Decided, type Sent, Verdicts, type VerdictState } from '../../logic/work/verdicts.ts';

async function send({ assignment, verdict }: Decided): Promise<Sent> {
  try {
    await decideReview(assignment, verdict);
    return { done: true };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const errors = error.errors.map((one) => ` ${one.path} ${one.rule}.`).join('');
    return { done: false, words: error.detail + errors, passing: error.passing };
  }
}

class Deciding {
  state = $state.raw<VerdictState>({ waiting: null, stuck: [], last: null });
  readonly box = new Verdicts({
    send,
    changed: (state) => (this.state = state),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });

  constructor() {
    addEventListener('pagehide', () => void this.box.flush());
    addEventListener('online', () => void this.box.retry());
    addEventListener('beforeunload', (event) => {
      if (this.state.stuck.length > 0) event.preventDefault();
    });
    session.onLeaving(() => this.box.flush());
    session.guard(() =>
      this.state.stuck.length > 0
        ? `${this.state.stuck.length === 1 ? 'One decision has' : `${this.state.stuck.length} decisions have`} not gone through yet.`
        : null,
    );
  }
}

export const deciding = new Deciding();
