// What this page holds for the signed-in member beyond one task: the vault of drafts and the answers on their way.

import { Problem } from '../../api/client.ts';
import { isShut, submitAnnotation } from '../../api/work.ts';
import { notices } from '../../frame/notices.svelte.ts';
import { session } from '../../frame/session.svelte.ts';
import { type Outcome, Outbox, type OutboxState, type Parcel } from '../../logic/work/outbox.ts';
import { openShelf } from '../../logic/work/shelf.ts';
import { type Kept, Vault } from '../../logic/work/vault.ts';

async function send(parcel: Parcel): Promise<Outcome> {
  try {
    const receipt = await submitAnnotation(parcel.assignment, parcel.answers, parcel.active_ms, parcel.key);
    return { state: receipt.state };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.passing)
      return {
        state: 'again',
        words: error.detail,
        afterMs: error.retryAfterS ? error.retryAfterS * 1000 : undefined,
      };
    if (error.status === 401)
      return { state: 'again', words: 'You were signed out. Sign in again, and it goes on.' };
    const words = isShut(error)
      ? 'it was closed to you meanwhile. Your record says why, and lets you contest it.'
      : error.detail;
    return { state: 'refused', words, errors: error.errors };
  }
}

class Device {
  #vault: Promise<Vault> | null = null;
  #member: string | null = null;
  lasting = $state(true);
  outbox = $state.raw<OutboxState>({ waiting: 0, failing: null, refused: [] });
  readonly box = new Outbox({
    send,
    done: (parcel, outcome) => {
      void this.drop(parcel.assignment);
      if (outcome === 'late')
        notices.say(
          `Task ${parcel.number ?? ''} was kept as late: its lease had lapsed. Whoever runs the project sees it.`,
          { tone: 'warn', forMs: 15_000 },
        );
    },
    changed: (state) => (this.outbox = state),
  });

  constructor() {
    addEventListener('online', () => this.box.retry());
    // Answers that have not gone through would be lost with the tab of a device that keeps nothing.
    addEventListener('beforeunload', (event) => {
      if (this.outbox.waiting > 0 && !this.lasting) event.preventDefault();
    });
    session.guard(() =>
      this.outbox.waiting > 0
        ? `${this.outbox.waiting === 1 ? 'One answer has' : `${this.outbox.waiting} answers have`} not gone through yet.`
        : null,
    );
    session.onLeaving(() => this.wipe());
  }

  #open(): Promise<Vault> {
    const member = session.me?.member ?? '';
    if (this.#vault && this.#member === member) return this.#vault;
    this.#member = member;
    this.#vault = openShelf().then(({ shelf, lasting }) => {
      this.lasting = lasting;
      return new Vault(shelf, member);
    });
    return this.#vault;
  }

  async keep(assignment: string, kept: Kept): Promise<void> {
    await (await this.#open()).keep(assignment, kept);
  }
  async find(assignment: string): Promise<Kept | null> {
    return (await this.#open()).find(assignment);
  }
  async drop(assignment: string): Promise<void> {
    await (await this.#open()).drop(assignment);
  }
  async wipe(): Promise<void> {
    await (await this.#open()).wipe();
    this.#vault = null;
  }

  /** Sends on what an earlier page had submitted and never heard back about. */
  async resume(): Promise<void> {
    const vault = await this.#open();
    for (const assignment of await vault.assignments()) {
      const kept = await vault.find(assignment);
      if (kept?.sending)
        this.box.add({
          assignment,
          number: null,
          answers: kept.answers,
          active_ms: kept.active_ms,
          key: kept.sending,
        });
    }
  }

  /** Keeps the answers first, then sends them: closing the tab in between loses nothing. */
  async submit(parcel: Parcel): Promise<void> {
    const { answers, active_ms, key } = parcel;
    this.box.add(parcel);
    await this.keep(parcel.assignment, { answers, active_ms, at_ms: Date.now(), sending: key }).catch(
      () => {},
    );
    // Acknowledged while it was being kept: nothing is left to keep.
    if (
      !this.box.holds(parcel.assignment) &&
      !this.outbox.refused.some((r) => r.parcel.assignment === parcel.assignment)
    )
      await this.drop(parcel.assignment);
  }
}

export const device = new Device();
