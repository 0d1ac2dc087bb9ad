// Names a person reads. Schemas name things `like_this`; people are shown titles.

/** `error_reason` → `Error reason`. */
export const humanise = (name: string): string => {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
export const titleOf = (thing: { name: string; title?: string }): string =>
  thing.title || humanise(thing.name);
