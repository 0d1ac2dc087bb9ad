// What the page says without getting in the way: short notices, and calm bars that stay while something is so.

export type Tone = 'info' | 'good' | 'warn' | 'bad';
export type Notice = {
  id: number;
  tone: Tone;
  text: string;
  action?: { label: string; run: () => void };
  /** Stays until taken away by whoever put it there. */
  stays: boolean;
};

class Notices {
  list = $state<Notice[]>([]);
  #next = 1;

  /** Says something for `forMs` (0: until closed). Answers how to take it back. */
  say(text: string, { tone = 'info' as Tone, action = undefined as Notice['action'], forMs = 6000 } = {}) {
    const id = this.#next++;
    this.list.push({ id, tone, text, action, stays: forMs === 0 });
    if (forMs > 0) setTimeout(() => this.close(id), forMs);
    return () => this.close(id);
  }

  close(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
