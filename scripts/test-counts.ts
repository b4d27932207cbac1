import { globSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/** How many tests of a suite ended how, and a line for each thing that failed. */
export type Counts = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
};

/** What vitest's JSON report holds of what is read here. */
type Suites = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly SuiteFile[];
};
type SuiteFile = {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages?: readonly string[];
  }[];
};

/** What Playwright's JSON report holds of what is read here. */
type Screens = {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
  readonly suites: readonly ScreenSuite[];
  readonly errors?: readonly { readonly message?: string }[];
};
type ScreenSuite = {
  readonly suites?: readonly ScreenSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly line: number;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: string;
      readonly results: readonly { readonly error?: { readonly message?: string } }[];
    }[];
  }[];
};

/** Reads vitest's JSON report. `ended`: exit code of the run; a suite that cannot even be loaded counts as one failure. */
export function vitestCounts(file: string, ended: number | null): Counts {
  const report = parsed<Suites>(file);
  if (report === null) return broken('vitest', ended);
  const failures = [...report.testResults.flatMap(failuresOf), ...withoutResult(report)];
  if (failures.length === 0 && ended !== 0) failures.push(`vitest ended with code ${ended}, and names no test`);
  return {
    passed: report.numPassedTests,
    failed: Math.max(report.numFailedTests, failures.length),
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

/** Reads Playwright's JSON report; a test that passed only at a second try counts as failed. */
export function playwrightCounts(file: string, ended: number | null): Counts {
  const report = parsed<Screens>(file);
  if (report === null) return broken('playwright', ended);
  const failures = [
    ...report.suites.flatMap(failuresOfScreens),
    ...(report.errors ?? []).map(({ message }) => first(message)),
  ];
  if (failures.length === 0 && ended !== 0) failures.push(`playwright ended with code ${ended}, and names no test`);
  return {
    passed: report.stats.expected,
    failed: Math.max(report.stats.unexpected + report.stats.flaky, failures.length),
    skipped: report.stats.skipped,
    failures,
  };
}

function failuresOf({ name, status, message, assertionResults }: SuiteFile): readonly string[] {
  const tests = assertionResults.filter((test) => test.status === 'failed');
  const file = relative(process.cwd(), name);
  if (tests.length === 0) return status === 'failed' ? [`${file}: ${first(message)}`] : [];
  return tests.map((test) => `${file} › ${test.fullName}: ${first(test.failureMessages?.[0])}`);
}

/** Files whose worker ended before it could say anything: they are missing in the report. */
function withoutResult({ testResults }: Suites): readonly string[] {
  const told = new Set(testResults.map(({ name }) => resolve(name)));
  return globSync('test/**/*.test.ts')
    .filter((file) => !told.has(resolve(file)))
    .map((file) => `${file}: its worker ended without a result`);
}

function failuresOfScreens({ suites = [], specs = [] }: ScreenSuite): readonly string[] {
  const own = specs.flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName, results }) => {
        const message = results.find(({ error }) => error !== undefined)?.error?.message;
        return `[${projectName}] ${file}:${line} › ${title}: ${first(message)}`;
      }),
  );
  return [...own, ...suites.flatMap(failuresOfScreens)];
}

/** The first line of a message. */
const first = (message: string | undefined): string => message?.trim().split('\n')[0] ?? 'without a message';

const broken = (tool: string, ended: number | null): Counts => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  failures: [`${tool} ended with code ${ended} and left no report`],
});

function parsed<T>(file: string): T | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return null;
  }
}
