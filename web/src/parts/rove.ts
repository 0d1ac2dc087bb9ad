// Of several controls that belong together one is reached by Tab and the others by arrows, as it is with radio buttons.

const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** An attachment for the box around them: `{@attach rove}`. */
export function rove(box: HTMLElement): () => void {
  const all = () => [...box.querySelectorAll<HTMLElement>('input[type="checkbox"], button')];
  const reach = (one: EventTarget | null | undefined) =>
    all().forEach((other) => (other.tabIndex = other === one ? 0 : -1));
  const focused = (event: FocusEvent) => reach(event.target);
  const moved = (event: KeyboardEvent) => {
    const by = steps[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const boxes = all();
    boxes[(boxes.indexOf(event.target as HTMLElement) + by + boxes.length) % boxes.length]?.focus();
  };
  reach(all()[0]);
  box.addEventListener('focusin', focused);
  box.addEventListener('keydown', moved);
  return () => {
    box.removeEventListener('focusin', focused);
    box.removeEventListener('keydown', moved);
  };
}
