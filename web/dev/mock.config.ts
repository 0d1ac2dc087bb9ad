// The app before the mock, under the policy of the real server: `npm run mock` serves the build,
// `npx vite -c dev/mock.config.ts` the sources.

import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import base from '../vite.config.ts';
import { Mock } from './mock.ts';

export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export function mocked(mock: Mock): Plugin {
  const api = (
    request: Parameters<Mock['handle']>[0],
    response: Parameters<Mock['handle']>[1],
    next: () => void,
  ) => {
    if (!request.url?.startsWith('/api/')) return next();
    mock.handle(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  };
  return {
    name: 'mocked',
    configureServer: ({ middlewares }) => void middlewares.use(api),
    configurePreviewServer: ({ middlewares }) => {
      middlewares.use((request, response, next) => {
        response.setHeader('Content-Security-Policy', policy);
        api(request, response, next);
      });
    },
  };
}

export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [...(base.plugins ?? []), mocked(new Mock())],
  server: {},
  preview: { port: 8099 },
});
