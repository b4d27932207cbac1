import { join } from 'node:path';
import type { BenchBoard, BenchState, BoardFault, BoardKind } from '../../shared/bench.ts';
import type { Board } from '../board/board.ts';
import type { BenchLine, OpenBenchLine } from './bench-line.ts';
import { BenchProblem } from './bench-problem.ts';
import type { BoardFactory } from './board-factory.ts';

/** One board and its place. `line` is null while it has none; `slot` is taken from the moment the hand moves. */
type Seat = { readonly board: Board; slot: number | null; line: BenchLine | null };

/** Which buttons a hand presses at once. */
export type Buttons = 'enter-configuration' | 'enter-ap' | 'reset';

/** The bench: boards, slots, a scanner, and a count of what hands did. Refusals are {@link BenchProblem}s. */
export type Bench = {
  state(): BenchState;
  makeBoards(count: number, personality: BoardKind): Promise<BenchBoard[]>;
  plug(board: string, slot: number): Promise<BenchBoard>;
  unplug(board: string): Promise<BenchBoard>;
  press(board: string, buttons: Buttons): BenchBoard;
  scan(text: string): void;
  powerUp(boards: readonly string[]): Promise<BenchBoard[]>;
  setFault(board: string, fault: BoardFault): BenchBoard;
  close(): Promise<void>;
};

/** Boards that start and register at the same time during `power-up`: a TLS handshake each. */
const powerUpsAtOnce = 16;

const heldButton = { 'enter-configuration': 'A', 'enter-ap': 'B', reset: null } as const;

/** Name of a board's line, as udev names the DevKit's ST-LINK and a common serial adapter under /dev/serial/by-id. */
function lineName({ board, personality }: Pick<BenchBoard, 'board' | 'personality'>): string {
  return personality === 'linux'
    ? `usb-FTDI_FT232R_USB_UART_${board}-if00-port0`
    : `usb-STMicroelectronics_STM32_STLink_${board}-if02`;
}

/** Opens the bench: lines appear in `linesFolder`, the scanner under `scannerPath` (null: none). */
export async function openBench(options: {
  readonly factory: BoardFactory;
  readonly linesFolder: string;
  readonly scannerPath: string | null;
  readonly openLine: OpenBenchLine;
}): Promise<Bench> {
  const { factory, linesFolder, scannerPath, openLine } = options;
  const seats = new Map<string, Seat>();
  const counts = { scans: 0, plugs: 0, unplugs: 0, presses: 0 };
  const scanner = scannerPath === null ? null : await openLine(scannerPath, () => {});

  const seatOf = (id: string): Seat => {
    const seat = seats.get(id);
    if (seat === undefined) throw new BenchProblem(404, `there is no board ${id}`);
    return seat;
  };
  const pluggedSeatOf = (id: string): Seat => {
    const seat = seatOf(id);
    if (seat.line === null) throw new BenchProblem(409, `board ${id} is not plugged`);
    return seat;
  };
  const stateOf = ({ board, slot, line }: Seat): BenchBoard => ({ ...board.state(), slot, path: line?.path ?? null });
  const pullCable = async (seat: Seat): Promise<void> => {
    const { line, board } = seat;
    seat.line = null;
    board.powerOff();
    board.attach(null);
    await line?.close();
    seat.slot = null;
  };
  const onUnplug = (id: string) => void pullCable(seatOf(id));
  const addBoard = (board: Board): Seat => {
    const seat: Seat = { board, slot: null, line: null };
    seats.set(board.state().board, seat);
    return seat;
  };
  for (const board of await factory.recall(onUnplug)) addBoard(board);

  const plug = async (id: string, slot: number): Promise<BenchBoard> => {
    const seat = seatOf(id);
    if (seat.slot !== null) throw new BenchProblem(409, `board ${id} is plugged already`);
    if (seat.board.state().mode !== 'off') throw new BenchProblem(409, `board ${id} has power elsewhere`);
    const taken = [...seats.values()].some((other) => other.slot === slot);
    if (taken) throw new BenchProblem(409, `slot ${slot} is taken`);
    seat.slot = slot;
    counts.plugs++;
    try {
      const line = await openLine(join(linesFolder, lineName(seat.board.state())), (bytes) =>
        seat.board.receive(bytes),
      );
      seat.line = line;
      seat.board.attach(line);
      seat.board.powerOn();
    } catch (error) {
      seat.slot = null;
      throw error;
    }
    return stateOf(seat);
  };
  const powerUpOne = async (id: string): Promise<void> => {
    const { board } = seatOf(id);
    board.powerOn();
    await board.settled();
    board.powerOff();
  };
  const powerUp = async (ids: readonly string[]): Promise<BenchBoard[]> => {
    for (const id of ids) {
      const { slot, board } = seatOf(id);
      if (slot !== null || board.state().mode !== 'off') throw new BenchProblem(409, `board ${id} has power already`);
    }
    const waiting = [...new Set(ids)];
    const worker = async () => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await powerUpOne(id);
    };
    await Promise.all(Array.from({ length: powerUpsAtOnce }, worker));
    return ids.map((id) => stateOf(seatOf(id)));
  };

  return {
    state() {
      const boards = [...seats.values()].map(stateOf);
      const { scans, plugs, unplugs, presses } = counts;
      return {
        boards,
        scannerPath: scanner?.path ?? null,
        operatorActions: scans + plugs + unplugs + presses,
        scans,
        plugs,
        presses,
        secretWrites: boards.reduce((sum, board) => sum + board.secretWrites, 0),
      };
    },
    async makeBoards(count, personality) {
      const made: BenchBoard[] = [];
      for (let index = 0; index < count; index++) {
        made.push(stateOf(addBoard(await factory.make(personality, onUnplug))));
      }
      return made;
    },
    plug,
    async unplug(id) {
      const seat = pluggedSeatOf(id);
      counts.unplugs++;
      await pullCable(seat);
      return stateOf(seat);
    },
    press(id, buttons) {
      const seat = pluggedSeatOf(id);
      counts.presses++;
      seat.board.reset(heldButton[buttons]);
      return stateOf(seat);
    },
    scan(text) {
      if (scanner === null) throw new BenchProblem(409, 'this bench has no scanner');
      counts.scans++;
      scanner.write(Buffer.from(`${text}\r`, 'utf8'));
    },
    powerUp,
    setFault(id, fault) {
      const seat = seatOf(id);
      seat.board.setFault(fault);
      return stateOf(seat);
    },
    async close() {
      await Promise.all([scanner?.close(), ...[...seats.values()].map(pullCable)]);
    },
  };
}
