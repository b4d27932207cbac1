import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  markedAnswer,
  markedCommand,
  markedInput,
  shellPlace,
  shellQuoted,
} from '../../../src/main/domain/shell-dialogue.ts';

const run = (script: string): string => execFileSync('sh', ['-c', script], { encoding: 'utf8' });

describe('a marked command', () => {
  it('is known by its marks and its status, run by a real shell', () => {
    expect(markedAnswer(run(markedCommand('echo one; echo two', 7)), 7)).toEqual({ status: 0, lines: ['one', 'two'] });
    expect(markedAnswer(run(markedCommand('echo trouble >&2; false', 8)), 8)).toEqual({
      status: 1,
      lines: ['trouble'],
    });
    expect(markedAnswer(run(markedCommand('exit_is_no_command', 9)), 9)?.status).toBe(127);
  });

  it('that prints no line end has its last line whole', () => {
    expect(markedAnswer(run(markedCommand('printf abc', 1)), 1)).toEqual({ status: 0, lines: ['abc'] });
  });

  it('takes its input from the lines behind it, whatever is in them', () => {
    const word = 'END-OF-INPUT';
    const input = '$HOME `id` "quoted" \\n\n-----BEGIN-----';
    const script = `${markedInput('cat', 3, word)}\n${input}\n${word}\n`;
    expect(markedAnswer(run(script), 3)).toEqual({ status: 0, lines: input.split('\n') });
  });

  it('is not taken for its own echo', () => {
    const echoed = `root@board:~# ${markedCommand('cat key', 4)}\r\n`;
    expect(markedAnswer(echoed, 4)).toBeNull();
    expect(markedAnswer(`${echoed}\r\nDPS-BEGIN:4\r\nthe key\r\n\r\nDPS-END:4:0\r\nroot@board:~# `, 4)).toEqual({
      status: 0,
      lines: ['the key'],
    });
  });

  it('does not hear the end of another turn', () => {
    expect(markedAnswer('\nDPS-BEGIN:1\nold\n\nDPS-END:1:0\n', 2)).toBeNull();
    expect(markedAnswer('\nDPS-BEGIN:12\n\nDPS-END:12:0\n', 1)).toBeNull();
  });

  it('may have lost its beginning on the line', () => {
    expect(markedAnswer('GIN:5\nline\n\nDPS-END:5:0\n', 5)?.status).toBe(0);
  });
});

describe('where a console is', () => {
  it.each([
    ['Debian GNU/Linux 12 board ttyS0\r\n\r\nboard login: ', 'login'],
    ['board login: root\r\nPassword: ', 'password'],
    ['[sudo] password for pi: ', 'password'],
    ['Login incorrect\r\nboard login: ', 'refused'],
    ['root@board:~# ', 'prompt'],
    ['/ $ ', 'prompt'],
    ['[    1.234567] random: crng init done\r\n', null],
    ['Last login: Tue Nov 24 10:00:00\r\n', null],
    ['\r\nLast login:', null],
    ['\r\nLast failed login: ', null],
    ['\r\nLast login: Tue Nov 24 10:00:00 on ttyS0\r\nroot@board:~# ', 'prompt'],
    ['', null],
  ])('%j is %s', (heard, place) => {
    expect(shellPlace(heard)).toBe(place);
  });
});

it.each(['plain', "it's", '$(reboot)', '"; rm -rf / #', 'line\nbreak', '\\'])(
  '%j survives a shell as a word',
  (text) => {
    expect(run(`printf '%s' ${shellQuoted(text)}`)).toBe(text);
  },
);
