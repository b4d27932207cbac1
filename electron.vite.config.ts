import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const source = (path: string): string => resolve(import.meta.dirname, 'src', path);

/*
 * Main and preload are CommonJS: a preload must be, so that its page can be sandboxed, and what is bundled starts
 * without flags. Everything is bundled but `serialport`, whose prebuilt addon must stay where it was installed.
 * `out/main` is flat, because the parts of the station find each other there (`compose-places.ts`).
 */
const names = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' } as const;
const target = 'node20';

export default defineConfig({
  main: {
    build: {
      target,
      externalizeDeps: false,
      rolldownOptions: {
        external: ['serialport'],
        input: {
          index: source('main/index.ts'),
          cli: source('main/cli.ts'),
          serve: source('main/serve.ts'),
          'store-worker': source('main/adapters/sqlite/worker.ts'),
          'mirror-thread': source('main/adapters/sqlite/mirror-thread.ts'),
          simulation: source('simulation/main.ts'),
        },
        output: names,
      },
    },
  },
  preload: {
    build: {
      target,
      externalizeDeps: false,
      rolldownOptions: { input: { index: source('preload/index.ts') }, output: names },
    },
  },
  renderer: {
    root: source('renderer'),
    plugins: [react()],
    // Each load puts a nonce of its own in its place.
    html: { cspNonce: 'CSP-NONCE-OF-THIS-LOAD' },
    build: {
      outDir: resolve(import.meta.dirname, 'out/renderer'),
      // The page's policy allows no data: URLs but for pictures.
      assetsInlineLimit: 0,
      rolldownOptions: { input: source('renderer/index.html') },
    },
  },
});
