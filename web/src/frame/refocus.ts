// The focus goes back to where it was when what had taken it goes: a form above the foot, a bar to find in.

/** Remembers who has the focus; answers what to call when `box` goes. Who has gone elsewhere meanwhile stays there. */
export function refocus(box: Element | null | undefined): () => void {
  const before = document.activeElement as HTMLElement | null;
  return () => {
    const now = document.activeElement;
    const elsewhere = now && now !== document.body && !box?.contains(now);
    if (!elsewhere && before?.isConnected) before.focus({ preventScroll: true });
  };
}
