import { defineConfig } from 'vitest/config';

// The page is embedded in the Api room: it asks for its files by whole paths, whatever address it is opened at.
export default defineConfig({
  base: '/web/',
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
  test: { environment: 'jsdom', isolate: false, include: ['tests/**/*.test.{ts,tsx}'] },
});
