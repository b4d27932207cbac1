import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // A busy two-core machine is the ordinary case: waits are bounded by facts, this is only the last resort.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
