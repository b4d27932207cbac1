import { readFileSync } from 'node:fs';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** Longest passphrase that is read, in bytes. */
const longest = 1_024;

/** What is asked for a new one, twice. */
export type NewWords = { readonly first: string; readonly again: string; readonly differ: string };
const newPassphraseWords: NewWords = {
  first: 'New passphrase of the vault: ',
  again: 'The same once more: ',
  differ: 'The two passphrases differ; nothing was changed.',
};

/**
 * Reads a passphrase or PIN from a file (its last line end is not part of it), or asks at the terminal without echo. The Buffer
 * is the caller's to wipe. It never comes from an argument or the environment: both can be read by others. `missing`: the
 * problem when there is neither a file nor a terminal.
 */
export async function readPassphrase(
  file: string | null,
  question: string,
  missing: Problem = problem('passphrase-needed'),
): Promise<Result<Buffer, Problem>> {
  if (file !== null) return fromFile(file);
  if (!process.stdin.isTTY) return fail(missing);
  return fromTerminal(question);
}

/** A new passphrase or PIN: from a file, or typed twice. */
export async function newPassphrase(
  file: string | null,
  words: NewWords = newPassphraseWords,
  missing: Problem = problem('passphrase-needed'),
): Promise<Result<Buffer, Problem>> {
  const first = await readPassphrase(file, words.first, missing);
  if (!first.ok || file !== null) return first;
  const second = await readPassphrase(null, words.again, missing);
  if (!second.ok) return second;
  const same = first.value.equals(second.value);
  second.value.fill(0);
  if (same) return first;
  first.value.fill(0);
  return fail(problem('wrong-use', { reason: words.differ }));
}

function fromFile(file: string): Result<Buffer, Problem> {
  try {
    const text = readFileSync(file);
    const end = text.at(-1) === 0x0a ? (text.at(-2) === 0x0d ? 2 : 1) : 0;
    const passphrase = ownCopy(text, Math.min(text.length - end, longest));
    text.fill(0);
    return ok(passphrase);
  } catch (error) {
    return fail(problem('file-unreadable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }));
  }
}

const keys = { return: 0x0d, lineFeed: 0x0a, backspace: 0x08, delete: 0x7f, controlC: 0x03, controlD: 0x04 } as const;

/** Typed bytes go into one Buffer and nowhere else. Ctrl+C ends the command as it does everywhere. */
function fromTerminal(question: string): Promise<Result<Buffer, Problem>> {
  const { stdin } = process;
  const typed = Buffer.alloc(longest);
  let length = 0;
  stdin.setRawMode(true);
  return new Promise((resolve) => {
    const end = (): void => {
      stdin.off('data', hear);
      stdin.setRawMode(false);
      stdin.pause();
      process.stderr.write('\n');
    };
    const hear = (bytes: Buffer): void => {
      for (const byte of bytes) {
        if (byte === keys.controlC) {
          typed.fill(0);
          end();
          process.kill(process.pid, 'SIGINT');
          return;
        }
        if (byte === keys.return || byte === keys.lineFeed || byte === keys.controlD) {
          const passphrase = ownCopy(typed, length);
          typed.fill(0);
          bytes.fill(0);
          end();
          resolve(ok(passphrase));
          return;
        }
        if (byte === keys.backspace || byte === keys.delete) length = beforeLastCharacter(typed, length);
        else if (length < longest) typed[length++] = byte;
      }
      bytes.fill(0);
    };
    stdin.on('data', hear);
    stdin.resume();
    // Asked only now: whoever answers at once must not see it echoed.
    process.stderr.write(question);
  });
}

/** A character of UTF-8 may be several bytes; those behind its first are 10xxxxxx. */
function beforeLastCharacter(typed: Buffer, length: number): number {
  let end = length;
  do end -= 1;
  while (end > 0 && ((typed[end] ?? 0) & 0xc0) === 0x80);
  return Math.max(0, end);
}

function ownCopy(bytes: Buffer, length: number): Buffer {
  const own = Buffer.allocUnsafeSlow(Math.max(0, length));
  bytes.copy(own, 0, 0, own.length);
  return own;
}
