// Matching an address against a pattern such as `/projects/:project/tasks`. Pure; the router holds the state.

export type Params = Record<string, string>;

/** The parameters if `path` fits `pattern`, else `null`. A trailing slash makes no difference. */
export function match(pattern: string, path: string): Params | null {
  const want = pattern.split('/').filter(Boolean);
  const have = path.split('/').filter(Boolean);
  if (want.length !== have.length) return null;
  const params: Params = {};
  for (const [i, part] of want.entries()) {
    const piece = have[i] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = safeDecode(piece);
    else if (part !== piece) return null;
  }
  return params;
}

/** An address with `changes` put into its query; `null` or an empty string takes a key out. */
export function withQuery(url: URL, changes: Record<string, string | null>): string {
  const next = new URLSearchParams(url.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') next.delete(key);
    else next.set(key, value);
  }
  const search = next.toString();
  return url.pathname + (search ? `?${search}` : '');
}

/** Only an address of our own: what stands after `?from=` came from outside. */
export function ownPath(wanted: string | null): string {
  return wanted && /^\/(?![/\\])/.test(wanted) ? wanted : '/';
}

function safeDecode(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}
