// How many answers the signed-in member submitted today: what the start was told, and what was done since.

import { findWork } from '../../api/work.ts';
import { session } from '../../frame/session.svelte.ts';

class Today {
  /** `null` until it is known. */
  submitted = $state<number | null>(null);
  #asking = false;

  constructor() {
    session.onLeaving(() => void (this.submitted = null));
  }
  /** Asks where it is not known: after a page was loaded again in the middle of work. `waiting` answers are on their way. */
  async ask(waiting: () => number): Promise<void> {
    if (this.submitted !== null || this.#asking) return;
    this.#asking = true;
    try {
      this.submitted = (await findWork()).today.submitted + waiting();
    } catch {
      // It is a help, and asked again with the next task.
    }
    this.#asking = false;
  }
  add(answers: number): void {
    if (this.submitted !== null) this.submitted = Math.max(0, this.submitted + answers);
  }
}

export const today = new Today();
