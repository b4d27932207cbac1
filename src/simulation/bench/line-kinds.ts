import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import type { OpenBenchLine } from './bench-line.ts';
import { openPtyLine } from './pty-line.ts';
import { openSocketLine } from './socket-line.ts';

/** What lines are made of: pseudo-terminals (which need socat), sockets, or whichever this computer has. */
export const lineKindSchema = z.enum(['auto', 'pty', 'socket']);
/** See {@link lineKindSchema}. */
export type LineKind = z.infer<typeof lineKindSchema>;

/** Finds the opener of a kind. Terminals are preferred: over them the station uses its real serial driver. */
export function lineOpenerOf(kind: LineKind): OpenBenchLine {
  if (kind === 'auto') return hasSocat() ? openPtyLine : openSocketLine;
  return kind === 'pty' ? openPtyLine : openSocketLine;
}

function hasSocat(): boolean {
  if (process.platform === 'win32') return false; // one of Cygwin would make terminals that only Cygwin can open
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'socat'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
