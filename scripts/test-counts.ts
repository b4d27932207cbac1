import { readFileSync } from 'node:fs';

/** How many tests of a suite ended how. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Reads vitest's JSON report. `ended`: exit code of the run; a suite that cannot even be loaded counts as one failure. */
export function vitestCounts(file: string, ended: number | null): Counts {
  const result = parsed(file) as Record<string, number> | null;
  if (result === null) return broken;
  return {
    passed: result['numPassedTests'] ?? 0,
    failed: Math.max(result['numFailedTests'] ?? 0, ended === 0 ? 0 : 1),
    skipped: (result['numPendingTests'] ?? 0) + (result['numTodoTests'] ?? 0),
  };
}

/** Reads Playwright's JSON report; a test that passed only at a second try counts as failed. */
export function playwrightCounts(file: string, ended: number | null): Counts {
  const { stats } = (parsed(file) as { stats?: Record<string, number> } | null) ?? {};
  if (stats === undefined) return broken;
  const failed = (stats['unexpected'] ?? 0) + (stats['flaky'] ?? 0);
  return {
    passed: stats['expected'] ?? 0,
    failed: Math.max(failed, ended === 0 ? 0 : 1),
    skipped: stats['skipped'] ?? 0,
  };
}

const broken: Counts = { passed: 0, failed: 1, skipped: 0 };

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
