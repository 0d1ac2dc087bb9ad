// What `Ctrl K` finds: pages, and whatever the open page offers (people, projects, actions).

export type Command = { label: string; hint?: string; run: () => void };
/** Given what was typed, answers commands; may ask the server. */
export type Source = (typed: string, signal: AbortSignal) => Command[] | Promise<Command[]>;

class Palette {
  isOpen = $state(false);
  #sources = new Set<Source>();

  /** A page adds what it can find or do, and takes it away when it goes. */
  offer(source: Source): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }

  /** Everything that fits, in the order in which it was offered; a failing source is left out. */
  async search(typed: string, signal: AbortSignal): Promise<Command[]> {
    const found = await Promise.allSettled([...this.#sources].map((source) => source(typed, signal)));
    return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])).slice(0, 40);
  }
}

export const palette = new Palette();

/** Whether every word typed begins a word of the label, or stands in it. */
export function fits(label: string, typed: string): boolean {
  const has = label.toLocaleLowerCase();
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => has.includes(word));
}
