import type { LineListeners } from '../../src/main/adapters/line/line-listeners.ts';
import { createLineListeners } from '../../src/main/adapters/line/line-listeners.ts';
import type { Line, LineOpener, LineProblem } from '../../src/main/ports/line.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';

/** The board's side of an in-memory line: another line, and the cable in one's hand. */
export type FarEnd = Line & {
  /** Pulls the cable: both sides are lost. */
  unplug(): void;
};

type Side = { readonly listeners: LineListeners; readonly line: Line };

function sideWriting(to: () => Side, freed: () => void): Side {
  const listeners = createLineListeners();
  const line: Line = {
    onData: listeners.onData,
    onClose: listeners.onClose,
    async write(bytes) {
      const over: LineProblem | null = listeners.ended();
      if (over !== null) return fail(over);
      const copy = Uint8Array.from(bytes);
      // As on a wire, the other side hears of it later, never inside the call.
      queueMicrotask(() => to().listeners.deliver(copy));
      return ok(undefined);
    },
    async close() {
      listeners.end(problem('line-closed'));
      freed();
    },
  };
  return { listeners, line };
}

/** A line and its far end, in memory. Chunks arrive as written; a test that needs odd chunks writes odd chunks. */
export function linePair(freed: () => void = () => {}): { readonly line: Line; readonly far: FarEnd } {
  const near: Side = sideWriting(() => other, freed);
  const other: Side = sideWriting(
    () => near,
    () => {},
  );
  const unplug = () => {
    for (const side of [near, other]) side.listeners.end(problem('line-lost'));
    freed();
  };
  return { line: near.line, far: { ...other.line, unplug } };
}

/** Ports of an imaginary computer: `plug` makes one appear; `far` is the board's side of whoever has it open. */
export function memoryPorts(): {
  readonly opener: LineOpener;
  plug(path: string): void;
  unplug(path: string): void;
  far(path: string): FarEnd | null;
} {
  const ports = new Map<string, FarEnd | null>();
  const opener: LineOpener = {
    async open(path) {
      const holder = ports.get(path);
      if (holder === undefined) return fail(problem('port-not-found', { path }));
      if (holder !== null) return fail(problem('port-in-use', { path }));
      const { line, far } = linePair(() => {
        if (ports.has(path)) ports.set(path, null);
      });
      ports.set(path, far);
      return ok(line);
    },
  };
  return {
    opener,
    plug: (path) => void ports.set(path, null),
    unplug(path) {
      const holder = ports.get(path);
      ports.delete(path);
      holder?.unplug();
    },
    far: (path) => ports.get(path) ?? null,
  };
}
