import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// A server to talk to while developing: the real one, or `npm run mock`.
const server = process.env.VOUCHSAFE_DEV_SERVER ?? 'http://127.0.0.1:8099';

export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: { $: fileURLToPath(new URL('./src', import.meta.url)) } },
  // Nothing is inlined as data: the content-security policy forbids it for scripts, styles and fonts.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  // The host stays as the browser says it: the server compares it with the origin.
  server: { proxy: { '/api/': { target: server, changeOrigin: false } } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
