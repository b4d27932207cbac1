import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { readableIssues, type Settings, settingsSchema } from '../../../shared/settings.ts';

/** Reads `settings.json` of a data folder; without one, the defaults (training) hold. */
export function readSettings(dataFolder: string): Result<Settings, Problem<'settings-invalid'>> {
  const file = fileIn(dataFolder);
  if (!existsSync(file)) return ok(settingsSchema.parse({}));
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(problem('settings-invalid', { file, reason: (error as Error).message }));
  }
  const parsed = settingsSchema.safeParse(value);
  return parsed.success
    ? ok(parsed.data)
    : fail(problem('settings-invalid', { file, reason: readableIssues(parsed.error) }));
}

/** Hash of `settings.json` as it is now; of nothing when there is none, or it cannot be read. */
export function settingsRevision(dataFolder: string): string {
  const file = fileIn(dataFolder);
  const hash = createHash('sha256');
  try {
    if (existsSync(file)) hash.update(readFileSync(file));
  } catch {
    // Whoever reads the settings says what is wrong with the file.
  }
  return hash.digest('hex');
}

/**
 * What can be saved of settings that cannot be read: each member that is right by itself, defaults for the rest. A
 * production station must not look like a training one because one key is misspelt.
 */
export function salvageSettings(dataFolder: string): Settings {
  const read = readSettings(dataFolder);
  if (read.ok) return read.value;
  const members = membersIn(fileIn(dataFolder));
  const good = Object.entries(settingsSchema.shape).flatMap(([name, schema]) =>
    name in members && schema.safeParse(members[name]).success ? [[name, members[name]] as const] : [],
  );
  return settingsSchema.parse(Object.fromEntries(good));
}

/**
 * Writes `settings.json` whole or not at all; one that cannot be read is kept beside it under another name. Secrets are
 * not in it: they are names of the vault.
 */
export function writeSettings(dataFolder: string, settings: Settings): Result<void, Problem<'file-unwritable'>> {
  const file = fileIn(dataFolder);
  const next = `${file}.new`;
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    if (!readSettings(dataFolder).ok) copyFileSync(file, freeName(`${file}.damaged`));
    const handle = openSync(next, 'w', 0o600);
    try {
      // One write may take less than it is given; this one goes on to the end.
      writeFileSync(handle, `${JSON.stringify(settings, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(next, file);
    return ok(undefined);
  } catch (error) {
    return fail(problem('file-unwritable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }));
  }
}

const fileIn = (dataFolder: string): string => join(dataFolder, 'settings.json');

function membersIn(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function freeName(name: string): string {
  for (let number = 1; ; number++) if (!existsSync(`${name}-${number}`)) return `${name}-${number}`;
}
