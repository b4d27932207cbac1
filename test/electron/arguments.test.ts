import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askedBy, wordsOf } from '../../src/main/electron/arguments.ts';

describe('what the words behind the program ask for', () => {
  const window = (dataFolder: string | null) => ({ door: 'window', dataFolder });
  it.each([
    ['nothing', [], window(null)],
    ['a folder', ['--data', '/srv/line-1'], window(resolve('/srv/line-1'))],
    ['a folder in one word', ['--data=/srv/line 1'], window(resolve('/srv/line 1'))],
    ['a folder behind switches of Chromium', ['--no-sandbox', '--data', '/a'], window(resolve('/a'))],
    ['a folder that is missing', ['--data'], window(null)],
    ['what a desktop adds', ['-psn_0_12345'], window(null)],
    ['a command', ['demo', '--units', '2'], { door: 'terminal', words: ['demo', '--units', '2'] }],
    ['a command that nobody knows', ['nonsense'], { door: 'terminal', words: ['nonsense'] }],
    ['the version', ['--version'], { door: 'terminal', words: ['--version'] }],
    ['help', ['-h'], { door: 'terminal', words: ['-h'] }],
    [
      'a command behind the launcher',
      ['--ozone-platform=headless', '--no-sandbox', 'doctor', '--json'],
      { door: 'terminal', words: ['doctor', '--json'] },
    ],
  ])('%s', (_name, words, asked) => {
    expect(askedBy(words)).toEqual(asked);
  });

  it.each([
    ['a package', ['/opt/dps-station', 'demo'], false, ['demo']],
    ['the bare Electron', ['/electron', '/app/index.cjs', 'demo'], true, ['demo']],
    ['its switches', ['/electron', '--no-sandbox', '-r', '/loader.js', '/app', '--data', '/d'], true, ['--data', '/d']],
    ['nothing at all', ['/electron'], true, []],
  ])('words behind %s', (_name, argv, bare, words) => {
    expect(wordsOf(argv, bare)).toEqual(words);
  });
});
