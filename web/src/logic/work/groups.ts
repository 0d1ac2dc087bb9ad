// Rows that take the same step together, as many at once as the server takes.

/** The rows by what `key` says of them, in order of first sight, each group in pieces of at most `most`. */
export function inGroups<Row, Key>(
  rows: readonly Row[],
  key: (row: Row) => Key,
  most: number,
): [Key, Row[]][] {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return [...groups].flatMap(([of, all]) =>
    Array.from({ length: Math.ceil(all.length / most) }, (_, n): [Key, Row[]] => [
      of,
      all.slice(n * most, (n + 1) * most),
    ]),
  );
}
