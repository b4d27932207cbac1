import { type Token, tokensOf } from './shell-words.ts';

/** What a command left behind: bytes on standard output and standard error, and how it ended. */
export type Ended = { readonly status: number; readonly output: Buffer; readonly errors: string };

/** A program of the board: its arguments and its standard input. Null: there is no such program. */
export type RunProgram = (name: string, args: readonly string[], input: Buffer) => Ended | null;

/** Files as the shell's redirections need them. */
export type ShellFiles = {
  read(path: string): Buffer | null;
  /** False when nothing can be written. */
  write(path: string, bytes: Buffer): boolean;
};

/** A shell that runs lines; what it says goes out in the order in which it was said. */
export type Shell = {
  /** The word that ends the input which a line takes from the lines behind it, or null. */
  inputEnd(line: string): string | null;
  /** Runs a line; answers what it printed. */
  run(line: string, input: Buffer): Buffer;
};

type Streams = { output: Buffer; readonly show: (bytes: Buffer) => void };
type Command = { readonly tokens: readonly Token[]; readonly after: ';' | '&&' | '||' | '|' };

/** Makes a shell. Source of its behaviour: POSIX.1-2024, Shell Command Language, as far as {@link tokensOf} reads it. */
export function createShell(files: ShellFiles, run: RunProgram): Shell {
  let status = 0;

  function runLine(line: string, input: Buffer): Buffer {
    const tokens = tokensOf(line);
    if (tokens === null) {
      status = 2;
      return Buffer.from('sh: syntax error: unterminated quoted string\n');
    }
    const shown: Buffer[] = [];
    list(tokens, input, (bytes) => shown.push(bytes));
    return Buffer.concat(shown);
  }

  function list(tokens: readonly Token[], input: Buffer, show: Streams['show']): void {
    let skip = false;
    let piped: Buffer | null = null; // what the command before handed on
    for (const command of commandsOf(tokens)) {
      const handedOn: Buffer[] = [];
      const out: Streams['show'] = command.after === '|' ? (bytes) => handedOn.push(bytes) : show;
      if (!skip) one(command.tokens, piped ?? input, out);
      piped = command.after === '|' ? Buffer.concat(handedOn) : null;
      if (command.after === '|') continue; // a pipe ends as its last command does
      skip = (command.after === '&&' && status !== 0) || (command.after === '||' && status === 0);
    }
  }

  function one(tokens: readonly Token[], input: Buffer, show: Streams['show']): void {
    const { words, redirections } = parted(tokens);
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    const together = redirections.some(({ mark }) => mark === '2>&1');
    const hushed = redirections.some(({ mark }) => mark === '2>');
    const toFile = redirections.find(({ mark }) => mark === '>' || mark === '>>');
    const from = redirections.find(({ mark }) => mark === '<');
    const source = from === undefined ? input : (files.read(textOf(from.word)) ?? Buffer.alloc(0));
    const first = words[0];
    if (first?.kind === 'word' && first.bare === '{') {
      list(words.slice(1, -1), source, (bytes) => output.push(bytes));
    } else if (first !== undefined) {
      const [name = '', ...args] = words.map(textOf);
      const ended = run(name, args, source) ?? notFound(name);
      status = ended.status;
      output.push(ended.output);
      errors.push(Buffer.from(ended.errors));
    } else status = 0;
    const said = Buffer.concat(together ? [...output, ...errors] : output);
    if (toFile !== undefined) {
      const path = textOf(toFile.word);
      const before = toFile.mark === '>>' ? (files.read(path) ?? Buffer.alloc(0)) : Buffer.alloc(0);
      if (!files.write(path, Buffer.concat([before, said]))) {
        status = 1;
        show(Buffer.from(`sh: can't create ${path}: No space left on device\n`));
      }
    } else show(said);
    if (!together && !hushed) show(Buffer.concat(errors));
  }

  function textOf(token: Token): string {
    if (token.kind === 'mark') return token.mark;
    return token.pieces
      .map((piece) => {
        if (piece.kind === 'text') return piece.text;
        if (piece.kind === 'status') return String(status);
        return runLine(piece.line, Buffer.alloc(0)).toString('latin1').replace(/\n+$/, '');
      })
      .join('');
  }

  return {
    inputEnd: (line) => {
      const tokens = tokensOf(line) ?? [];
      const at = tokens.findIndex((token) => token.kind === 'mark' && token.mark === '<<');
      const word = tokens[at + 1];
      return at < 0 || word === undefined ? null : textOf(word);
    },
    run: runLine,
  };
}

function notFound(name: string): Ended {
  return { status: 127, output: Buffer.alloc(0), errors: `sh: ${name}: not found\n` };
}

/** The commands of a list; what stands in braces stays one command. */
function commandsOf(tokens: readonly Token[]): readonly Command[] {
  const commands: Command[] = [];
  let current: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'word' && token.bare === '{') depth += 1;
    if (token.kind === 'word' && token.bare === '}') depth -= 1;
    const ends = token.kind === 'mark' && [';', '&&', '||', '|'].includes(token.mark);
    if (depth === 0 && ends) {
      if (current.length > 0) commands.push({ tokens: current, after: token.mark as Command['after'] });
      current = [];
    } else current.push(token);
  }
  return current.length === 0 ? commands : [...commands, { tokens: current, after: ';' }];
}

type Redirection = { readonly mark: string; readonly word: Token };

/** The words of a command, and where its input and output go; what stands in braces is left as it is. */
function parted(tokens: readonly Token[]): { readonly words: Token[]; readonly redirections: Redirection[] } {
  const words: Token[] = [];
  const redirections: Redirection[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (token.kind === 'word' && token.bare === '{') depth += 1;
    if (token.kind === 'word' && token.bare === '}') depth -= 1;
    if (token.kind === 'word' || depth > 0) words.push(token);
    else if (token.mark === '2>&1') redirections.push({ mark: token.mark, word: token });
    else {
      at += 1;
      redirections.push({ mark: token.mark, word: tokens[at] ?? token });
    }
  }
  return { words, redirections };
}
