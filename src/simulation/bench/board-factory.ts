import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type BoardKind, boardKindSchema, type Personality } from '../../shared/bench.ts';
import type { Board } from '../board/board.ts';
import { createBoard } from '../board/board.ts';
import type { BoardClock } from '../board/board-clock.ts';
import type { BoardParts, WifiNetwork } from '../board/board-parts.ts';
import type { DeviceCloud } from '../board/device-cloud.ts';
import type { FirmwareBuild } from '../board/firmware.ts';
import { buildFirmware } from '../board/firmware.ts';
import { openDisk } from '../board/linux/disk.ts';
import { createLinuxBoard } from '../board/linux/linux-board.ts';
import { firmwares } from '../board/personality.ts';
import { openSecureElement } from '../board/secure-element.ts';
import type { BoardTiming } from '../board/timing.ts';
import { readIfThere, writeFileAtomically } from '../tls/whole-file.ts';

/** What all boards of a bench share. */
export type BoardSurroundings = {
  readonly stateFolder: string | null; // boards survive here; null keeps them in memory
  readonly idScope: string;
  readonly globalEndpoint: string;
  readonly network: WifiNetwork;
  readonly cloud: DeviceCloud | null;
  readonly timing: BoardTiming;
  readonly clock: BoardClock;
  readonly random: (bytes: number) => Uint8Array;
};

const passportSchema = z.strictObject({ board: z.string(), mac: z.string(), personality: boardKindSchema });
type Passport = z.infer<typeof passportSchema>;

/** Makes boards, and finds those of an earlier run. */
export type BoardFactory = {
  readonly buildFor: (personality: Personality) => FirmwareBuild;
  make(kind: BoardKind, onUnplug: (board: string) => void): Promise<Board>;
  /** The boards that the state folder holds, in the order of their serials. */
  recall(onUnplug: (board: string) => void): Promise<Board[]>;
};

/**
 * A serial like those of ST-LINK adapters (24 upper-case hex digits) or of FT232R ones (8 letters and digits), and a MAC of
 * the board's maker (C8:93:46).
 */
function newPassport(personality: BoardKind, random: BoardSurroundings['random']): Passport {
  const hex = (bytes: number) => Buffer.from(random(bytes)).toString('hex');
  const board = personality === 'linux' ? `A${hex(4).toUpperCase().slice(0, 7)}` : `0672FF${hex(9).toUpperCase()}`;
  return { board, mac: `c89346${hex(3)}`, personality };
}

/** Makes a factory. */
export function createBoardFactory(surroundings: BoardSurroundings): BoardFactory {
  const { stateFolder, idScope, globalEndpoint, random, ...rest } = surroundings;
  const builds = new Map<Personality, FirmwareBuild>();
  const macs = new Set<string>();
  const buildFor = (personality: Personality) => {
    const known = builds.get(personality) ?? buildFirmware({ version: personality, idScope, globalEndpoint });
    builds.set(personality, known);
    return known;
  };
  const fileOf = (board: string, ending: string) => (stateFolder === null ? null : join(stateFolder, board + ending));
  const assemble = async (passport: Passport, onUnplug: (board: string) => void) => {
    const { board, mac, personality } = passport;
    macs.add(mac);
    if (personality === 'linux') {
      const disk = await openDisk(fileOf(board, '.disk.json'));
      const { cloud, timing, clock } = rest;
      return createLinuxBoard({
        board,
        mac,
        disk,
        cloud,
        idScope,
        timing,
        clock,
        login: null,
        onUnplug: () => onUnplug(board),
      });
    }
    const parts: BoardParts = {
      ...rest,
      random,
      board,
      mac,
      firmware: firmwares[personality],
      build: buildFor(personality),
      secureElement: await openSecureElement(fileOf(board, '.memory.json')),
      onUnplug: () => onUnplug(board),
    };
    return createBoard(parts);
  };
  return {
    buildFor,
    async make(personality, onUnplug) {
      let passport = newPassport(personality, random);
      // Three bytes of MAC meet again within some thousand boards.
      while (macs.has(passport.mac)) passport = newPassport(personality, random);
      macs.add(passport.mac);
      const file = fileOf(passport.board, '.board.json');
      if (file !== null) await writeFileAtomically(file, `${JSON.stringify(passport)}\n`);
      return assemble(passport, onUnplug);
    },
    async recall(onUnplug) {
      if (stateFolder === null) return [];
      await mkdir(stateFolder, { recursive: true });
      const names = (await readdir(stateFolder)).filter((name) => name.endsWith('.board.json')).sort();
      const boards: Board[] = [];
      for (const name of names) {
        const text = await readIfThere(join(stateFolder, name));
        if (text !== null) boards.push(await assemble(passportSchema.parse(JSON.parse(text)), onUnplug));
      }
      return boards;
    },
  };
}
