import type { BenchBoard, BoardFault } from '../../../shared/bench.ts';
import type { Board, BoardWire } from '../board.ts';
import type { BoardClock } from '../board-clock.ts';
import type { DeviceCloud } from '../device-cloud.ts';
import type { BoardTiming } from '../timing.ts';
import { runAgent } from './agent.ts';
import { chipFrom } from './chip.ts';
import type { Disk } from './disk.ts';
import { programsOf } from './programs.ts';
import { createShell } from './shell.ts';

/** What a Linux board is made of. */
export type LinuxBoardParts = {
  readonly board: string; // USB serial of its adapter
  readonly mac: string; // 12 lower-case hex digits
  readonly disk: Disk;
  readonly cloud: DeviceCloud | null;
  readonly idScope: string;
  readonly timing: BoardTiming;
  readonly clock: BoardClock;
  /** Account that the console asks for; null: it is a shell at once. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** The cable comes off by a fault; whoever holds the line takes it away. */
  readonly onUnplug: () => void;
};

const prompt = 'root@board:~# ';
const moreInput = '> ';
const loginPrompt = '\r\nBoard Linux 12 board ttyS0\r\n\r\nboard login: ';

/** Where the console of the running system is. */
type Console = {
  place: 'login' | 'password' | 'shell' | 'input';
  user: string;
  typed: string;
  echo: boolean;
  line: string; // that waits for its input
  inputEnd: string;
  input: string;
};

/** A simulated board with Linux, a TPM, a shell at its serial console, and an agent that registers it. */
export function createLinuxBoard(parts: LinuxBoardParts): Board {
  const { disk, timing, clock } = parts;
  const tpm = chipFrom(disk.chip);
  const counts = { powerUps: 0, busyInMs: 0 };
  const now = { mode: 'off' as BenchBoard['mode'], fault: 'none' as BoardFault };
  const registration = { registeredWith: null as string | null, lastRegistration: null as string | null };
  let wire: BoardWire | null = null;
  let life = new AbortController();
  let agentLife = new AbortController();
  let settled = Promise.withResolvers<void>();
  let console: Console = freshConsole();

  function freshConsole(): Console {
    const place = parts.login === null ? 'shell' : 'login';
    return { place, user: '', typed: '', echo: true, line: '', inputEnd: '', input: '' };
  }

  const say = (text: string | Buffer): void => {
    if (now.mode === 'off' || now.fault === 'silence') return;
    const bytes = Buffer.from(text.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1');
    wire?.write(bytes);
  };

  const startAgent = (): void => {
    agentLife.abort();
    agentLife = new AbortController();
    const first = settled;
    void runAgent(
      {
        read: disk.read,
        tpm,
        cloud: parts.cloud,
        idScope: parts.idScope,
        clock,
        retryInMs: timing.joinInMs * 20,
        onOutcome: (registrationId, outcome) => {
          registration.registeredWith = outcome.kind === 'assigned' ? registrationId : null;
          registration.lastRegistration = outcome.kind === 'assigned' ? `assigned ${outcome.hub}` : outcome.reason;
          first.resolve();
        },
      },
      agentLife.signal,
    );
  };

  const shell = createShell(
    disk,
    programsOf({
      files: { ...disk, move: (from, to) => moved(from, to) },
      tpm,
      setEcho: (on) => {
        console.echo = on;
      },
      restartAgent: startAgent,
    }),
  );

  /** Faults strike where a key is put into its place. */
  function moved(from: string, to: string): boolean {
    const isKey = disk.read(from)?.includes('PRIVATE KEY') ?? false;
    const done = disk.move(from, to);
    if (isKey && now.fault === 'verify-failure') return false; // it is in its place all the same
    if (isKey && now.fault === 'reboot-in-write') reboot();
    if (isKey && now.fault === 'unplug-in-write') {
      powerOff();
      parts.onUnplug();
    }
    return done;
  }

  function accept(character: string): void {
    if (character === '\r' || character === '\n') {
      if (console.echo) say('\n');
      const line = console.typed;
      console.typed = '';
      lineTyped(line);
      return;
    }
    console.typed += character;
    if (console.echo && console.place !== 'password') say(character);
  }

  function lineTyped(line: string): void {
    if (console.place === 'login') {
      if (line === '') return say(loginPrompt);
      Object.assign(console, { place: 'password', user: line });
      return say('Password: ');
    }
    if (console.place === 'password') {
      const right = console.user === parts.login?.user && line === parts.login.password;
      console.place = right ? 'shell' : 'login';
      return say(right ? `\n${prompt}` : `\nLogin incorrect\nboard login: `);
    }
    if (console.place === 'input') {
      if (line !== console.inputEnd) {
        console.input += `${line}\n`;
        return say(moreInput);
      }
      console.place = 'shell';
      return runLine(console.line, console.input);
    }
    const inputEnd = shell.inputEnd(line);
    if (inputEnd === null) return runLine(line, '');
    Object.assign(console, { place: 'input', line, inputEnd, input: '' });
    say(moreInput);
  }

  function runLine(line: string, input: string): void {
    const before = life;
    const output = shell.run(line, Buffer.from(input, 'latin1'));
    // A fault in the middle of it: what it would have said is never heard.
    if (before !== life || now.mode === 'off') return;
    void disk.settled().then(() => {
      if (before === life) say(Buffer.concat([output, Buffer.from(prompt)]));
    });
  }

  function start(): void {
    life.abort();
    agentLife.abort();
    life = new AbortController();
    settled.resolve();
    settled = Promise.withResolvers();
    console = freshConsole();
    Object.assign(registration, { registeredWith: null, lastRegistration: null });
    now.mode = 'booting';
    say('\r\nU-Boot 2023.01\r\nStarting kernel ...\r\n');
    const cancel = clock.after(timing.bootInMs, () => {
      counts.busyInMs += timing.bootInMs;
      now.mode = 'user';
      say(parts.login === null ? `\r\n${prompt}` : loginPrompt);
      startAgent();
    });
    life.signal.addEventListener('abort', cancel, { once: true });
  }

  const reboot = (): void => start();

  function powerOff(): void {
    life.abort();
    agentLife.abort();
    now.mode = 'off';
    settled.resolve();
  }

  return {
    attach: (next) => {
      wire = next;
    },
    receive: (bytes) => {
      if (now.mode !== 'user' || now.fault === 'stuck') return;
      for (const character of Buffer.from(bytes).toString('latin1')) accept(character);
    },
    powerOn: () => {
      if (now.mode !== 'off') return;
      counts.powerUps += 1;
      start();
    },
    powerOff,
    reset: () => {
      if (now.mode !== 'off') start();
    },
    hold: () => {},
    setFault: (fault) => {
      now.fault = fault;
      disk.setFull(fault === 'write-failure');
    },
    state: () => ({
      board: parts.board,
      mac: parts.mac,
      personality: 'linux',
      mode: now.mode,
      fault: now.fault,
      display: [],
      secretWrites: disk.secretWrites(),
      powerUps: counts.powerUps,
      busyInMs: counts.busyInMs,
      udsFingerprint: null,
      ...registration,
    }),
    settled: () => settled.promise,
  };
}
