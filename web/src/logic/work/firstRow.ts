// The first row of a file of rows, read in the browser: to try a schema on, and to see what its rows have. Nothing is sent.

/** A row of this length and more is for the server to read. */
export const rowBytesMax = 4_000_000;

export type FirstRow = { row: Record<string, unknown> } | { error: string };

export async function firstRow(file: File): Promise<FirstRow> {
  if (/\.zst$/i.test(file.name))
    return { error: 'A .zst file cannot be read here; its rows can be imported.' };
  try {
    const packed = /\.gz$/i.test(file.name);
    const line = await firstLine(
      packed ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream(),
    );
    if (line === null) return { error: 'The first row is too long to be read here.' };
    const value: unknown = JSON.parse(line);
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      return { error: 'The first line is no JSON object: one row a line is read.' };
    return { row: value as Record<string, unknown> };
  } catch (error) {
    return { error: `The first line is not JSON. ${error instanceof Error ? error.message : ''}`.trim() };
  }
}

async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string | null> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    text = (text + (value ?? '')).trimStart();
    const end = text.indexOf('\n');
    if (end >= 0 || done) {
      void reader.cancel().catch(() => {});
      return end >= 0 ? text.slice(0, end) : text;
    }
    if (text.length > rowBytesMax) {
      void reader.cancel().catch(() => {});
      return null;
    }
  }
}

const beside = ['data', 'external_id', 'priority', 'metadata', 'gold', 'judges'];
/** What a schema is read on: the client's bare row, or what lies under `data` in a row of our own shape. */
export function dataOf(row: Record<string, unknown>): unknown {
  const data = row.data;
  const ours =
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data) &&
    Object.keys(row).every((key) => beside.includes(key));
  return ours ? data : row;
}

/** The fields of a bare row that can be its id: texts and whole numbers. In a row of our own shape it stands apart. */
export function idFields(row: Record<string, unknown>): string[] {
  if (dataOf(row) !== row) return [];
  return Object.entries(row)
    .filter(([, value]) => (typeof value === 'string' && value.length <= 200) || Number.isInteger(value))
    .map(([key]) => key);
}
