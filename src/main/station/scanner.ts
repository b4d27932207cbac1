import { type Problem, problem } from '../../shared/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { Line, LineOpener, Unsubscribe } from '../ports/line.ts';

const reopenAfterMs = 1_000;
const longestScan = 4_096;

/**
 * Listens to a serial barcode scanner: each text that ends with CR or LF is one scan. A scanner that is unplugged is
 * opened again when it is back.
 */
export function attachScanner(
  settings: { readonly path: string; readonly baudRate: number } | null,
  opener: LineOpener,
  clock: Clock,
  onScan: (text: string) => void,
  /** The scanner cannot be opened now, or (null) it can. */
  onTrouble: (trouble: Problem | null) => void = () => {},
): Unsubscribe {
  if (settings === null) return () => {};
  let stopped = false;
  let line: Line | null = null;
  let stopTimer = (): void => {};

  async function open(path: string, baudRate: number): Promise<void> {
    const opened = await opener.open(path, { baudRate });
    if (stopped) return opened.ok ? opened.value.close() : undefined;
    if (!opened.ok) {
      // A simulated one in production is there, and must not be: that has a remedy of its own.
      const simulated = opened.problem.code === 'simulator-in-production';
      onTrouble(simulated ? opened.problem : problem('scanner-not-there', { path }));
      return later(path, baudRate);
    }
    onTrouble(null);
    line = opened.value;
    let text = '';
    line.onData((bytes) => {
      text += Buffer.from(bytes).toString('utf8');
      const parts = text.split(/[\r\n]+/);
      text = (parts.pop() ?? '').slice(-longestScan);
      for (const part of parts) if (part !== '') onScan(part);
    });
    line.onClose(() => later(path, baudRate));
  }

  function later(path: string, baudRate: number): void {
    if (!stopped) stopTimer = clock.after(reopenAfterMs, () => void open(path, baudRate));
  }

  void open(settings.path, settings.baudRate);
  return () => {
    stopped = true;
    stopTimer();
    void line?.close();
  };
}
