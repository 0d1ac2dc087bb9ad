// What this page holds for the signed-in member beyond one task: the vault of drafts and the answers on their way.

import { Problem } from '../../api/client.ts';
import { isShut, submitAnnotation } from '../../api/work.ts';
import { notices } from '../../frame/notices.svelte.ts';
import { session } from '../../frame/session.svelte.ts';
import { type Outcome, Outbox, type OutboxState, type Parcel } from '../../logic/work/outbox.ts';
import { openShelf } from '../../logic/work/shelf.ts';
import { type Kept, Vault } from '../../logic/work/vault.ts';

/** The page is being closed: what is sent now has to outlive it. */
let closing = false;

async function send(parcel: Parcel): Promise<Outcome> {
  try {
    const { assignment, answers, active_ms, key } = parcel;
    const receipt = await submitAnnotation(assignment, answers, active_ms, key, { outlives: closing });
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
      ? 'It was closed to you meanwhile. Your record says why, and lets you contest it.'
      : error.detail;
    return { state: 'refused', words, errors: error.errors };
  }
}

class Device {
  #vault: Promise<Vault> | null = null;
  #member: string | null = null;
  #keeping: Promise<void> = Promise.resolve();
  lasting = $state(true);
  outbox = $state.raw<OutboxState>({ waiting: 0, held: null, failing: null, refused: [] });
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
    addEventListener('pagehide', () => {
      closing = true;
      this.box.letGo();
    });
    addEventListener('pageshow', () => (closing = false));
    // Answers that have not gone through would be lost with the tab of a device that keeps nothing.
    addEventListener('beforeunload', (event) => {
      if (this.outbox.waiting > 0 && !this.lasting) event.preventDefault();
    });
    session.guard(() => {
      // The one that can still be taken back goes before the session ends.
      const { waiting, held } = this.outbox;
      const lost = held && navigator.onLine ? waiting - 1 : waiting;
      return lost > 0
        ? `${lost === 1 ? 'One answer has' : `${lost} answers have`} not gone through yet.`
        : null;
    });
    session.onLeaving(async () => {
      await this.sent(3000);
      await this.wipe();
    });
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

  /** Until all answers went through, or so long that waiting on helps nobody. */
  async sent(atMostMs: number): Promise<void> {
    await Promise.race([this.box.settled(), new Promise((resolve) => setTimeout(resolve, atMostMs))]);
  }

  /** Keeps the answers, then sends them: closing the tab in between loses nothing. Held for `heldMs`, they can be taken back. */
  submit(parcel: Parcel, heldMs = 0): Promise<void> {
    this.box.add(parcel, heldMs);
    this.#keeping = this.#keepSending(parcel);
    return this.#keeping;
  }
  /** Takes the answer just submitted back: it is a draft again. Answers its assignment. */
  async takeBack(): Promise<string | null> {
    const parcel = this.box.undo();
    if (!parcel) return null;
    await this.#keeping;
    const { answers, active_ms, assignment } = parcel;
    await this.keep(assignment, { answers, active_ms, at_ms: Date.now() }).catch(() => {});
    return assignment;
  }
  async #keepSending(parcel: Parcel): Promise<void> {
    const { answers, active_ms, key } = parcel;
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
