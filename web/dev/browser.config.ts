// Tests in a real browser under the real policy: against the built app and a mock, and against the real server.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['dev/browser/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file has a server and a browser of its own; pages mostly wait for one another.
    maxWorkers: 2,
  },
});
