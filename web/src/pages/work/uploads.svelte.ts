// Files on their way to the server. They outlive the page that began them: an operator may leave and come back.

import { address, Problem } from '../../api/client.ts';
import type { ImportReport } from '../../api/types.ts';
import { session } from '../../frame/session.svelte.ts';

export type ImportOptions = { batch: string; priority: number; externalId: string };
export type Upload = {
  project: string;
  file: string;
  bytes: number;
  sent: number;
  state: 'sending' | 'reading' | 'done' | 'failed' | 'stopped';
  report: ImportReport | null;
  failed: string | null;
  stop: () => void;
};

class Uploads {
  /** The last one of each project. */
  all = $state<Record<string, Upload>>({});

  constructor() {
    session.guard(() => (this.#going.length > 0 ? 'A file is still being brought in.' : null));
    addEventListener('beforeunload', (event) => {
      if (this.#going.length > 0) event.preventDefault();
    });
    session.onLeaving(() => {
      this.all = {};
    });
  }
  get #going(): Upload[] {
    return Object.values(this.all).filter((one) => one.state === 'sending' || one.state === 'reading');
  }

  begin(project: string, file: File, options: ImportOptions): void {
    // Only this way a browser says how much of a file has gone.
    const request = new XMLHttpRequest();
    this.all[project] = {
      project,
      file: file.name,
      bytes: file.size,
      sent: 0,
      state: 'sending',
      report: null,
      failed: null,
      stop: () => request.abort(),
    };
    const now = (change: Partial<Upload>) => {
      const upload = this.all[project];
      if (upload) Object.assign(upload, change);
    };
    request.upload.onprogress = (event) => now({ sent: event.loaded });
    request.upload.onload = () => now({ sent: file.size, state: 'reading' });
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status === 200) now({ state: 'done', report: body as ImportReport });
      else now({ state: 'failed', failed: problemWords(body, request.status) });
    };
    request.onerror = () =>
      now({
        state: 'failed',
        failed: 'The connection broke. Rows that were in stay in; send the file again to go on.',
      });
    request.onabort = () => now({ state: 'stopped' });
    request.open(
      'POST',
      address(`/projects/${project}/tasks`, {
        batch: options.batch,
        priority: options.priority || null,
        external_id: options.externalId,
      }),
    );
    request.setRequestHeader('X-Vouchsafe', '1');
    request.setRequestHeader('Content-Type', 'application/x-ndjson');
    request.send(file);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
function problemWords(body: unknown, status: number): string {
  const said = (body as { detail?: string; title?: string } | null) ?? {};
  return said.detail ?? said.title ?? new Problem(status, '', `The server answered ${status}.`).detail;
}

export const uploads = new Uploads();
