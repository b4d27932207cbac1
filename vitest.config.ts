import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // `fetch` parses answers in WebAssembly. When V8 replaces the wrapper of a call that became frequent, it now and then
    // does not find the old one's page and ends the process (`Check failed: jit_page.has_value()` below
    // `Runtime_TierUpWasmToJSWrapper`, Node 24.21): here no call becomes frequent.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
    // A busy two-core machine is the ordinary case: waits are bounded by facts, this is only the last resort.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
