/*
 * How to talk to a shell at the other end of a serial line (POSIX.1-2024, Shell Command Language): each command is put
 * between two marks that only its run can print, because an echo of the line shows them taken apart.
 */

/** What a command left behind. */
export type ShellAnswer = { readonly status: number; readonly lines: readonly string[] };

/** Where a console is before anybody is logged in. */
export type ShellPlace = 'login' | 'password' | 'refused' | 'prompt' | null;

const beginMark = 'DPS-BEGIN';
const endMark = 'DPS-END';

/**
 * One line that runs `command` between the marks of `turn`. The space in front keeps it out of a shell's history where
 * that is asked for; errors go where the output goes.
 */
export function markedCommand(command: string, turn: number): string {
  return ` printf '\\n%s:%d\\n' ${beginMark} ${turn}; { ${command}; } 2>&1; printf '\\n%s:%d:%d\\n' ${endMark} ${turn} $?`;
}

/** The same for a command that takes its input from the lines behind it, up to the line `word`. */
export function markedInput(command: string, turn: number, word: string): string {
  return ` printf '\\n%s:%d\\n' ${beginMark} ${turn}; ${command} <<'${word}' 2>&1; printf '\\n%s:%d:%d\\n' ${endMark} ${turn} $?`;
}

/** What the command of `turn` answered, or null while it still runs. Empty lines are left out. */
export function markedAnswer(heard: string, turn: number): ShellAnswer | null {
  const text = heard.replaceAll('\r', '');
  const end = new RegExp(`^${endMark}:${turn}:(\\d{1,3})$`, 'm').exec(text);
  if (end === null) return null;
  const before = text.slice(0, end.index);
  const begin = before.lastIndexOf(`\n${beginMark}:${turn}\n`);
  const output = begin < 0 ? before : before.slice(begin + beginMark.length + String(turn).length + 3);
  const lines = output.split('\n').map((line) => line.trim());
  return { status: Number(end[1]), lines: lines.filter((line) => line !== '') };
}

/** What a console asks for, by the last line it printed. */
export function shellPlace(heard: string): ShellPlace {
  const last = heard.split(/[\r\n]+/).at(-1) ?? '';
  if (/login incorrect|authentication fail/i.test(heard)) return 'refused';
  // Told after a login, not asked; a chunk may end right behind the colon.
  if (/^\s*Last (failed )?login:\s*$/.test(last)) return null;
  if (/(^|\s)login:\s*$/i.test(last)) return 'login';
  if (/password( for \S+)?:\s*$/i.test(last)) return 'password';
  return /[#$%>]\s*$/.test(last) ? 'prompt' : null;
}

/** Text in single quotes, for a shell. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
