import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // V8 loses count of its code pages now and then where processors protect them by keys and threads come and go, and
    // ends the process (`Check failed: jit_page.has_value()`, nodejs/node issue 64500 and its like).
    execArgv: ['--no-memory-protection-keys'],
    // A busy two-core machine is the ordinary case: waits are bounded by facts, this is only the last resort.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
