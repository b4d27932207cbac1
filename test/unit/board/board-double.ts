import { createHash } from 'node:crypto';
import type { Personality } from '../../../src/shared/bench.ts';
import type { Board } from '../../../src/simulation/board/board.ts';
import { createBoard } from '../../../src/simulation/board/board.ts';
import type { BoardParts } from '../../../src/simulation/board/board-parts.ts';
import { buildFirmware } from '../../../src/simulation/board/firmware.ts';
import { firmwares } from '../../../src/simulation/board/personality.ts';
import { openSecureElement } from '../../../src/simulation/board/secure-element.ts';
import { realTiming } from '../../../src/simulation/board/timing.ts';

/** A clock that stands still until the test moves it; what is due runs in order, with all that follows from it. */
function manualClock(startInMs = Date.UTC(2026, 10, 2, 3, 4, 5)) {
  let now = startInMs;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  /** Lets every promise run that can run now: file writes end in callbacks of their own, hence the turn of the loop. */
  const quiet = async () => {
    for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now,
    after(delayInMs: number, run: () => void) {
      const timer = { at: now + delayInMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    quiet,
    /** Moves time forward by `inMs`. */
    async pass(inMs: number) {
      const end = now + inMs;
      await quiet();
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).sort((one, other) => one.at - other.at)[0];
        if (due === undefined) break;
        timers = timers.filter((timer) => timer !== due);
        now = due.at;
        due.run();
        await quiet();
      }
      now = end;
    },
  };
}

/** Longer than any start-up or command of the real-time preset. */
const longEnoughInMs = 60_000;

/** A board on a desk, its wire recorded as Latin-1 text. */
export async function boardOnTheDesk(personality: Personality, change: Partial<BoardParts> = {}) {
  const clock = manualClock();
  let heard = '';
  let unplugs = 0;
  const board: Board = createBoard({
    board: '0672FF0000000000000000AA',
    mac: 'c8934680ec24',
    firmware: firmwares[personality],
    build: buildFirmware({ version: personality, idScope: '0ne00000001', globalEndpoint: 'localhost' }),
    secureElement: await openSecureElement(null),
    network: { ssid: 'dps-station-bench', password: 'open sesame' },
    cloud: null,
    timing: realTiming,
    clock,
    random: (bytes) => createHash('sha256').update('noise').digest().subarray(0, bytes),
    onUnplug: () => {
      unplugs++;
    },
    ...change,
  });
  const noise = createHash('sha256').update('noise').digest().subarray(0, 12).toString('latin1');
  board.attach({
    write(bytes) {
      heard += Buffer.from(bytes).toString('latin1');
    },
  });
  /** What the board said since the last question, time passing as long as it needs. */
  const listen = async (inMs = longEnoughInMs) => {
    await clock.pass(inMs);
    const said = heard;
    heard = '';
    return said;
  };
  const send = (text: string) => board.receive(Buffer.from(text, 'latin1'));
  return {
    board,
    clock,
    noise,
    listen,
    send,
    unplugs: () => unplugs,
    /** Sends text and answers with what came back. */
    ask(text: string) {
      send(text);
      return listen();
    },
    /** Powers the board up and enters configuration mode as a person does; answers with all it said. */
    async enterConfiguration() {
      board.powerOn();
      board.reset('A');
      return listen();
    },
  };
}
