// One task on the desk: answers, drafts in two places, the lease, the time spent. The page draws it.

import { Problem } from '../../api/client.ts';
import type { Answers, Assignment } from '../../api/types.ts';
import { beat, findAssignment, isGone, isShut, saveDraft } from '../../api/work.ts';
import { ActiveMeter } from '../../logic/work/active.ts';
import { changes } from '../../logic/work/said.ts';
import { beatEveryMs, type Lease, leaseFrom, leftOf } from '../../logic/work/lease.ts';
import type { Kept } from '../../logic/work/vault.ts';
import { Sheet } from '../../parts/work/sheet.svelte.ts';
import { device } from './device.svelte.ts';
import type { InHand } from './line.svelte.ts';

const keepAfterMs = 400;
const saveAfterMs = 2000;

export class Desk {
  readonly assignment: Assignment;
  readonly sheet: Sheet;
  lease = $state.raw<Lease>() as Lease;
  nowMs = $state(performance.now());
  /** When the answers as they stand were kept on this device, and by the server; `null` while they were not. */
  keptAtMs = $state<number | null>(null);
  savedAtMs = $state<number | null>(null);
  saveFailed = $state<string | null>(null);
  /** Something was changed here by hand. What came back for another look is not, until it is. */
  touched = $state(false);
  idle = $state(false);
  /** The lease lapsed and somebody else may have the task: answers stay readable, and may be sent as late. */
  lost = $state(false);
  /** It was closed to its holder in mid-work: nothing more is sent, saved or asked of him here. */
  shut = $state(false);
  /** It is open in another tab too, which keeps its own answers in the same places. */
  elsewhere = $state(false);
  readonly #meter: ActiveMeter;
  #stops: (() => void)[] = [];
  #keepTimer = 0;
  #saveTimer = 0;
  #beatAtMs = 0;
  #closed = false;

  constructor({ assignment, lease }: InHand, kept: Kept | null) {
    this.assignment = assignment;
    this.lease = lease;
    const { answers, active_ms } = latest(assignment, kept);
    this.sheet = new Sheet(assignment, answers, { readOnly: assignment.step === 'review' });
    this.sheet.onchange = () => this.#changed();
    this.#meter = new ActiveMeter(performance.now(), {
      already: active_ms,
      inView: document.visibilityState === 'visible',
    });
    this.#beatAtMs = performance.now() + beatEveryMs(lease);
    if (kept && kept.answers === answers) this.keptAtMs = kept.at_ms;
    else if (assignment.draft) this.savedAtMs = Date.parse(assignment.draft.at);
  }

  /** Whether the answers differ from those that came back. */
  get changed(): boolean {
    const returned = this.assignment.returned?.answers;
    return !returned || changes(this.assignment, returned, this.sheet.answers).length > 0;
  }

  readonly left = $derived.by(() => leftOf(this.lease, this.nowMs));
  get activeMs(): number {
    return this.#meter.total(performance.now());
  }

  /** Listens to signs of life and to the clock until stopped. */
  start(): () => void {
    const sign = () => {
      const now = performance.now();
      this.#meter.sign(now);
      if (this.idle) this.#beatAtMs = now;
      this.idle = false;
    };
    const seen = () => this.#meter.view(document.visibilityState === 'visible', performance.now());
    for (const name of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'scroll'])
      this.#on(window, name, sign, { passive: true, capture: true });
    this.#on(document, 'visibilitychange', seen);
    this.#on(window, 'pagehide', () => void this.flush());
    this.#alone();
    const tick = setInterval(() => this.#tick(), 1000);
    this.#stops.push(() => clearInterval(tick));
    return () => this.stop();
  }
  stop(): void {
    this.#stops.forEach((stop) => stop());
    this.#stops = [];
    void this.flush();
  }

  /** The task is done with: nothing of it is kept or saved any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#keepTimer);
    clearTimeout(this.#saveTimer);
  }
  /** Whatever is waiting to be kept or saved, now. */
  async flush(): Promise<void> {
    if (this.#closed || (!this.#keepTimer && !this.#saveTimer)) return;
    await Promise.all([this.#keep(), this.#save()]);
  }

  /** Renews the lease, or finds out that it is over. */
  async renew(): Promise<void> {
    this.#beatAtMs = performance.now() + beatEveryMs(this.lease);
    try {
      this.lease = leaseFrom(await beat(this.assignment.id), performance.now());
      this.lost = false;
      this.#beatAtMs = performance.now() + beatEveryMs(this.lease);
    } catch (error) {
      if (isGone(error)) this.#over(error);
      else if (error instanceof Problem && error.passing) this.#beatAtMs = performance.now() + 15_000;
    }
  }
  /** After a lapse: the task again, if nobody else holds it. */
  async resume(): Promise<boolean> {
    try {
      this.lease = leaseFrom(await findAssignment(this.assignment.id), performance.now());
      this.lost = leftOf(this.lease, performance.now()).lapsed;
    } catch (error) {
      this.#over(error);
    }
    if (!this.lost) void this.renew();
    return !this.lost;
  }

  /** One tab at a time has the task for itself; another knows of it, and is told when it is alone. */
  #alone(): void {
    const name = `vouchsafe task ${this.assignment.id}`;
    let free = () => {};
    const here = new Promise<void>((done) => (free = done));
    const given = new AbortController();
    this.#stops.push(free, () => given.abort());
    const wait = () =>
      navigator.locks.request(name, { signal: given.signal }, () => {
        this.elsewhere = false;
        return here;
      });
    void navigator.locks
      ?.request(name, { ifAvailable: true }, (lock) => {
        if (lock) return here;
        this.elsewhere = true;
        void wait().catch(() => {});
      })
      .catch(() => {});
  }
  #tick(): void {
    const now = performance.now();
    this.nowMs = now;
    this.idle = this.#meter.idle(now);
    if (!this.idle && !this.lost && now >= this.#beatAtMs) void this.renew();
  }
  #changed(): void {
    this.touched = true;
    this.keptAtMs = null;
    this.savedAtMs = null;
    clearTimeout(this.#keepTimer);
    clearTimeout(this.#saveTimer);
    this.#keepTimer = window.setTimeout(() => void this.#keep(), keepAfterMs);
    this.#saveTimer = window.setTimeout(() => void this.#save(), saveAfterMs);
  }
  async #keep(): Promise<void> {
    clearTimeout(this.#keepTimer);
    this.#keepTimer = 0;
    const answers = this.sheet.answers;
    try {
      await device.keep(this.assignment.id, { answers, active_ms: this.activeMs, at_ms: Date.now() });
      if (this.#closed) await device.drop(this.assignment.id);
      if (answers === this.sheet.answers && device.lasting) this.keptAtMs = Date.now();
    } catch {
      // The device keeps nothing (private window, full disk). The server's copy is then the only one, and said.
    }
  }
  async #save(): Promise<void> {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = 0;
    if (this.#closed || this.lost) return;
    const answers = this.sheet.answers;
    try {
      await saveDraft(this.assignment.id, answers, this.activeMs);
      this.saveFailed = null;
      if (answers === this.sheet.answers) this.savedAtMs = Date.now();
    } catch (error) {
      if (this.#closed) return;
      if (isGone(error)) this.#over(error);
      this.saveFailed = error instanceof Problem ? error.detail : 'The server was not reached.';
      if (!this.lost) this.#saveTimer = window.setTimeout(() => void this.#save(), 15_000);
    }
  }
  #over(error: unknown): void {
    this.lost = true;
    if (!isShut(error)) return;
    this.shut = true;
    this.sheet.readOnly = true;
  }
  #on(target: EventTarget, name: string, run: () => void, options?: AddEventListenerOptions): void {
    target.addEventListener(name, run, options);
    this.#stops.push(() => target.removeEventListener(name, run, options));
  }
}

/** The newest of what is known: this device’s copy, the server’s draft, or the answers that came back. */
function latest(assignment: Assignment, kept: Kept | null): { answers: Answers; active_ms: number } {
  const draft = assignment.draft;
  if (kept && (!draft || kept.at_ms >= Date.parse(draft.at)))
    return { answers: kept.answers, active_ms: Math.max(kept.active_ms, draft?.active_ms ?? 0) };
  if (draft) return { answers: draft.answers, active_ms: draft.active_ms };
  // Under review: the author's answers, and none of the author's time.
  return { answers: assignment.returned?.answers ?? assignment.annotation?.answers ?? {}, active_ms: 0 };
}
