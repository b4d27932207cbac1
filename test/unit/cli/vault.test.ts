import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTerminal, type Ran, type Terminal } from './terminal.ts';

/* Where production keeps its secrets, as the terminal sees it: accepted by name, moved under a passphrase, asked for. */

let terminal: Terminal;
let data: string;
beforeEach(() => {
  terminal = openTerminal();
  data = join(terminal.folder, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ mode: 'production', recipe: 'linux-tpm' }));
});
afterEach(() => terminal.close());

const passphrase = 'four unusual words here';
const secret = 'HostName=plant;SharedAccessKeyName=station;SharedAccessKey=c2VjcmV0LWtleQ==';
const problemOf = (ran: Ran) => JSON.parse(ran.stderr || ran.stdout).problem;

/** Files of the folder that hold a text, as it is or in base64. */
function filesWith(folder: string, text: string): string[] {
  const forms = [text, Buffer.from(text).toString('base64')];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && forms.some((form) => readFileSync(file).includes(form)));
}

describe('vault', () => {
  it('of an old folder is refused until it is accepted by name or moved, and says how', async () => {
    const file = terminal.file('secret', secret);
    const set = ['vault', 'set', 'dps', '--file', file, '--json'];
    const refused = await terminal.run(set);
    expect(refused.code).toBe(1);
    expect(problemOf(refused)).toMatchObject({ code: 'vault-unaccepted' });
    expect(problemOf(refused).remedy).toContain('vault move --to passphrase');
    expect(await terminal.run(['vault', 'accept-file'])).toMatchObject({ code: 2 });
    expect(await terminal.run(['vault', 'accept-file', '--actor', 'Kim'])).toMatchObject({ code: 0 });
    expect(await terminal.run(set)).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(data, 'settings.json'), 'utf8')).vault).toMatchObject({
      backend: 'file',
      acceptedBy: 'Kim',
      acceptedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    const doctor = await terminal.run(['doctor', '--json']);
    expect(JSON.parse(doctor.stdout).findings).toContainEqual(
      expect.objectContaining({ about: 'vault', ok: true, text: 'file, mode 0600, accepted by Kim' }),
    );
  }, 60_000);

  it('moves under a passphrase: nothing is readable any more, and the passphrase is wanted from a file', async () => {
    await terminal.run(['vault', 'accept-file', '--actor', 'Kim']);
    await terminal.run(['vault', 'set', 'dps', '--file', '-'], secret);
    expect(filesWith(data, secret)).toHaveLength(1);
    const right = terminal.file('right', `${passphrase}\n`);
    const wrong = terminal.file('wrong', 'four unusual words Here\n');
    const move = ['vault', 'move', '--to', 'passphrase', '--new-passphrase-file', right];
    expect(await terminal.run(move)).toMatchObject({ code: 0, stderr: '' });
    expect(filesWith(data, secret)).toEqual([]);
    expect(filesWith(data, passphrase)).toEqual([]);
    expect(existsSync(join(data, 'production', 'vault.json'))).toBe(false);

    const set = ['vault', 'set', 'wifi-password', '--file', terminal.file('wifi', 'open sesame'), '--json'];
    const [unasked, refused, taken] = [
      await terminal.run(set),
      await terminal.run([...set, '--passphrase-file', wrong]),
      await terminal.run([...set, '--passphrase-file', right]),
    ];
    expect(problemOf(unasked)).toMatchObject({ code: 'passphrase-needed' });
    expect(problemOf(refused)).toMatchObject({ code: 'passphrase-wrong' });
    expect(taken).toMatchObject({ code: 0 });
    const doctor = await terminal.run(['doctor', '--json', '--passphrase-file', right]);
    expect(JSON.parse(doctor.stdout).findings).toContainEqual(
      expect.objectContaining({ about: 'vault', ok: true, text: 'file, encrypted with a passphrase' }),
    );

    // And back: who does it accepts the plain file.
    const back = ['vault', 'move', '--to', 'file', '--actor', 'Kim', '--passphrase-file', right];
    expect(await terminal.run(back)).toMatchObject({ code: 0 });
    expect(filesWith(data, secret)).toEqual([join(data, 'production', 'vault.json')]);
    expect(existsSync(join(data, 'production', 'vault-passphrase.json'))).toBe(false);
  }, 60_000);

  it('moves to a new passphrase, and the old one opens it no more', async () => {
    const files = ['first', 'second'].map((name) => terminal.file(name, `${passphrase} ${name}`));
    const [first = '', second = ''] = files;
    const move = (file: string) => ['vault', 'move', '--to', 'passphrase', '--new-passphrase-file', file, '--json'];
    expect(await terminal.run(move(first))).toMatchObject({ code: 0 });
    const set = ['vault', 'set', 'dps', '--file', terminal.file('secret', secret), '--json', '--passphrase-file'];
    expect(await terminal.run([...set, first])).toMatchObject({ code: 0 });
    expect(await terminal.run([...move(second), '--passphrase-file', first])).toMatchObject({ code: 0 });
    expect(problemOf(await terminal.run([...set, first]))).toMatchObject({ code: 'passphrase-wrong' });
    expect(await terminal.run([...set, second])).toMatchObject({ code: 0 });
  }, 60_000);

  it('asks at the terminal without echo', async () => {
    const right = terminal.file('right', passphrase);
    await terminal.run(['vault', 'move', '--to', 'passphrase', '--new-passphrase-file', right]);
    const cli = join(import.meta.dirname, '../../../src/main/cli.ts');
    const secretFile = terminal.file('secret', secret);
    const words = [process.execPath, cli, 'vault', 'set', 'dps', '--data', data, '--file', secretFile];
    const child = spawn('socat', ['-', `EXEC:"${words.join(' ')}",pty,setsid,ctty,stderr`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let screen = '';
    let answered = false;
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (text) => {
        screen += text;
        if (!answered && screen.includes('Passphrase of the vault: ')) {
          answered = true;
          // A wrong letter is taken back. The terminal stays open: its end would end the command.
          child.stdin.write(`x\u007f${passphrase}\r`);
        }
        if (screen.includes('Stored')) resolve();
      });
      child.once('close', () => resolve());
    });
    expect(screen).toContain('Stored "dps".');
    expect(screen).not.toContain(passphrase);
    expect(screen).not.toContain('unusual');
    child.kill();
  }, 60_000);
});
