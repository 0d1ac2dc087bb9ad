// The line of tasks of one project: the one in hand, and the one fetched ahead under a lease of its own.

import type { Assignment, Step } from '../../api/types.ts';
import { findAssignment, openAssignment, releaseAssignment, takeAssignment } from '../../api/work.ts';
import { session } from '../../frame/session.svelte.ts';
import { type Lease, leaseFrom, leftOf } from '../../logic/work/lease.ts';

export type InHand = { assignment: Assignment; lease: Lease };
const hold = (assignment: Assignment): InHand => ({
  assignment,
  lease: leaseFrom(assignment, performance.now()),
});
/** A task fetched ahead with less than this left is given back rather than begun. */
const worthOpeningMs = 60_000;

class Line {
  /** Fetched ahead; `null` while none is. */
  ahead = $state.raw<InHand | null>(null);
  /** Left in mid-work to look at another again: where one goes on afterwards. */
  aside: string | null = null;
  /** Just taken or opened; the page that shows it picks it up here instead of asking again. */
  #ready: InHand | null = null;
  #fetching: Promise<void> | null = null;
  #stamp = 0;

  constructor() {
    session.onLeaving(() => this.giveBack());
    addEventListener('pagehide', () => void this.giveBack());
  }

  /** The first task of a project, or `null` if nothing is left. */
  async begin(project: string, step: Step): Promise<Assignment | null> {
    if (this.ahead?.assignment.project.id === project && this.ahead.assignment.step === step) {
      const next = this.takeAhead();
      if (next) return next;
    }
    await this.giveBack();
    const assignment = await takeAssignment(project, step, 'work');
    if (assignment) this.#ready = hold(assignment);
    return assignment;
  }

  /** Gives back what was begun for a page that is not there any more. */
  putBack(assignment: Assignment | null): void {
    if (!assignment) return;
    if (this.#ready?.assignment.id === assignment.id) this.#ready = null;
    void releaseAssignment(assignment.id).catch(() => {});
  }

  /** What was just taken, or the server’s word on an address one came back to. */
  async show(assignment: string): Promise<InHand> {
    const ready = this.#ready;
    this.#ready = null;
    if (ready?.assignment.id === assignment) return ready;
    this.opened = Promise.resolve(null);
    return hold(await findAssignment(assignment));
  }
  /** The same without waiting, for painting at once. */
  peek(assignment: string): InHand | null {
    return this.#ready?.assignment.id === assignment ? this.#ready : null;
  }

  /** Fetches the next one ahead. Quietly: what fails here is tried again when it is needed. */
  async fetchAhead(project: string, step: Step): Promise<void> {
    if (this.ahead) return;
    if (this.#fetching) return this.#fetching;
    const stamp = ++this.#stamp;
    this.#fetching = takeAssignment(project, step, 'prefetch')
      .then((assignment) => {
        if (!assignment) return;
        if (stamp === this.#stamp) this.ahead = hold(assignment);
        else void releaseAssignment(assignment.id).catch(() => {});
      })
      .catch(() => {})
      .finally(() => (this.#fetching = null));
    await this.#fetching;
  }

  /** The one fetched ahead becomes the one in hand, and the server is told that it is shown now. */
  takeAhead(): Assignment | null {
    const next = this.ahead;
    this.ahead = null;
    if (!next) return null;
    if (leftOf(next.lease, performance.now()).ms < worthOpeningMs) {
      void releaseAssignment(next.assignment.id).catch(() => {});
      return null;
    }
    this.#ready = next;
    this.opened = openAssignment(next.assignment.id).then(
      (reply) => (reply ? leaseFrom(reply, performance.now()) : null),
      () => null,
    );
    return next.assignment;
  }
  /** The fresh lease of the task just opened, when the server has said it. */
  opened: Promise<Lease | null> = Promise.resolve(null);

  /** Gives the one fetched ahead back: on sign-out, on leaving the project, on closing the tab. */
  async giveBack(): Promise<void> {
    this.#stamp++;
    const next = this.ahead;
    this.ahead = null;
    if (next) await releaseAssignment(next.assignment.id).catch(() => {});
  }
}

export const line = new Line();
