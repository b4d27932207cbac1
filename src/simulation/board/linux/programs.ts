import { createPrivateKey, sign } from 'node:crypto';
import type { DeviceTpm } from '../device-cloud.ts';
import type { Ended, RunProgram, ShellFiles } from './shell.ts';

/** What the programs of a board act upon. */
export type ProgramBoard = {
  readonly files: ShellFiles & { move(from: string, to: string): boolean };
  readonly tpm: DeviceTpm;
  setEcho(on: boolean): void;
  /** `systemctl restart` of the agent that registers the board. */
  restartAgent(): void;
};

const none = Buffer.alloc(0);
const done = (output: Buffer | string = none): Ended => ({ status: 0, output: Buffer.from(output), errors: '' });
const failed = (errors: string, status = 1): Ended => ({ status, output: none, errors: `${errors}\n` });

/** Handles under which Azure's clients keep the two keys (azure-iot-sdk, TPM attestation). */
const persistent: Readonly<Record<string, 'endorsementKey' | 'storageRootKey'>> = {
  '0x81010001': 'endorsementKey',
  '0x81000001': 'storageRootKey',
};

/** The programs of a simulated board: a few of coreutils, of tpm2-tools and of systemd, as far as a station uses them. */
export function programsOf(board: ProgramBoard): RunProgram {
  const { files } = board;
  const programs: Readonly<Record<string, (args: readonly string[], input: Buffer) => Ended>> = {
    ':': () => done(),
    true: () => done(),
    false: () => failed(''),
    sync: () => done(),
    umask: () => done(),
    unset: () => done(),
    command: () => done(),
    stty: ([first]) => {
      if (first === '-echo' || first === 'echo') board.setEcho(first === 'echo');
      return done();
    },
    echo: (args) => done(`${args.join(' ')}\n`),
    printf: ([format = '', ...args]) => done(printed(format, args)),
    cat: ([path], input) => (path === undefined ? done(input) : fileOf(path, 'cat')),
    dirname: ([path = '']) => done(`${path.slice(0, Math.max(1, path.lastIndexOf('/')))}\n`),
    mkdir: () => done(),
    mv: (args) => {
      const [from = '', to = ''] = args.filter((arg) => !arg.startsWith('-'));
      return files.move(from, to) ? done() : failed(`mv: can't rename '${from}'`);
    },
    wc: (_, input) => done(`${input.length}\n`),
    '[': ([left, operator, right]) => {
      const holds = operator === '-eq' && Number(left) === Number(right);
      return holds ? done() : failed('');
    },
    base64: ([option, path], input) => {
      if (option === '-d') return done(Buffer.from(input.toString('latin1'), 'base64'));
      const source = path === undefined ? input : files.read(path);
      return source === null ? failed(`base64: can't open '${path}'`) : done(`${source.toString('base64')}\n`);
    },
    openssl: (args, input) => {
      const keyFile = optionOf(args, '-sign');
      if (args[0] !== 'dgst' || !args.includes('-sha256') || keyFile === null) return failed('openssl: not here');
      const key = files.read(keyFile);
      return key === null ? failed(`Could not open file ${keyFile}`) : signedWith(key, input);
    },
    tpm2_readpublic: (args) => {
      const handle = optionOf(args, '-c');
      const key = persistent[handle ?? ''];
      if (key === undefined) return failed(`ERROR: Esys_TR_FromTPMPublic(0x18B) - handle ${handle} not found`);
      const out = optionOf(args, '-o');
      if (out === null) return done();
      files.write(out, Buffer.from(board.tpm[key], 'base64'));
      return done(`name: 000b\nqualified name: 000b\n`);
    },
    systemctl: (args) => {
      if (args.join(' ') !== 'restart dps-agent') return failed(`Failed to ${args.join(' ')}: Unit not found.`, 5);
      board.restartAgent();
      return done();
    },
  };

  function fileOf(path: string, program: string): Ended {
    const bytes = files.read(path);
    return bytes === null ? failed(`${program}: can't open '${path}': No such file or directory`) : done(bytes);
  }

  return (name, args, input) => (Object.hasOwn(programs, name) ? (programs[name]?.(args, input) ?? null) : null);
}

/** What `openssl dgst -sha256 -sign` answers: the signature in DER. */
function signedWith(key: Buffer, input: Buffer): Ended {
  try {
    return done(sign('sha256', input, createPrivateKey(key)));
  } catch {
    return failed('Could not read private key');
  }
}

function optionOf(args: readonly string[], option: string): string | null {
  const at = args.indexOf(option);
  return at < 0 ? null : (args[at + 1] ?? null);
}

/** `%s` and `%d` take the arguments one after another; `\n` is a line feed. */
function printed(format: string, args: readonly string[]): string {
  const left = [...args];
  return format.replaceAll('\\n', '\n').replace(/%[sd]/g, () => left.shift() ?? '');
}
