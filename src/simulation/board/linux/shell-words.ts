/*
 * Words of the board's small shell (POSIX.1-2024, Shell Command Language): quotes, `$?`, `$(...)`, redirections, pipes and
 * lists. No variables, patterns or loops.
 */

/** A piece of a word. `command` is replaced by what it prints, `status` by how the last command ended. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly line: string }
  | { readonly kind: 'status' };

/** A word, or what stands between words. */
export type Token =
  | { readonly kind: 'word'; readonly pieces: readonly Piece[]; readonly bare: string | null }
  | { readonly kind: 'mark'; readonly mark: string };

const marks = ['2>&1', '2>', '&&', '||', '|', '>>', '<<', '>', '<', ';'];

/** Splits a line into tokens; null: a quote or parenthesis is not closed. */
export function tokensOf(line: string): readonly Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at] ?? '')) {
      at += 1;
      continue;
    }
    const mark = marks.find((one) => line.startsWith(one, at));
    if (mark !== undefined) {
      tokens.push({ kind: 'mark', mark });
      at += mark.length;
      continue;
    }
    const word = wordAt(line, at);
    if (word === null) return null;
    tokens.push(word.token);
    at = word.end;
  }
  return tokens;
}

function wordAt(line: string, start: number): { readonly token: Token; readonly end: number } | null {
  const pieces: Piece[] = [];
  let at = start;
  let quoted = false;
  let inDouble = false;
  const add = (text: string): void => {
    const last = pieces.at(-1);
    if (last?.kind === 'text') pieces[pieces.length - 1] = { kind: 'text', text: last.text + text };
    else pieces.push({ kind: 'text', text });
  };
  while (at < line.length) {
    const character = line[at] ?? '';
    if (!inDouble && (/[\s;<>|]/.test(character) || line.startsWith('&&', at))) break;
    if (character === "'" && !inDouble) {
      const end = line.indexOf("'", at + 1);
      if (end < 0) return null;
      add(line.slice(at + 1, end));
      quoted = true;
      at = end + 1;
    } else if (character === '"') {
      inDouble = !inDouble;
      quoted = true;
      add('');
      at += 1;
    } else if (character === '\\') {
      add(line[at + 1] ?? '');
      at += 2;
    } else if (line.startsWith('$?', at)) {
      pieces.push({ kind: 'status' });
      at += 2;
    } else if (line.startsWith('$(', at)) {
      const end = closing(line, at + 2);
      if (end < 0) return null;
      pieces.push({ kind: 'command', line: line.slice(at + 2, end) });
      at = end + 1;
    } else {
      add(character);
      at += 1;
    }
  }
  if (inDouble) return null;
  const only = pieces[0];
  const bare = !quoted && pieces.length === 1 && only?.kind === 'text' ? only.text : null;
  return { token: { kind: 'word', pieces, bare }, end: at };
}

/** Place of the parenthesis that closes the one before `from`, or -1. */
function closing(line: string, from: number): number {
  let depth = 1;
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '(') depth += 1;
    if (line[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
