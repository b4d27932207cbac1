import type { Job } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { BoardIdentity } from '../../shared/recipe.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { JobEvent } from '../domain/provision-machine.ts';
import type { LineFinder } from '../ports/line.ts';

/**
 * Binds a job to its board: label, slot, adapter and certificate belong to the board that the work began with, and no
 * other may get the secret. What cannot be seen: with `usb-serial`, a board that is exchanged behind an adapter which
 * stays; with `read`, one that was exchanged before the first reading.
 */
export type BoardCheck = {
  /** Reads for the first time who the board is, where the recipe asks for that. */
  remember(): Promise<Result<void, Problem>>;
  /** Looks once more, just before the write; `failed` with `board-swapped` for another board. */
  check(): Promise<JobEvent>;
};

/** Makes the check of one job; `read`: asks the board itself, null where that is not possible. */
export function createBoardCheck(options: {
  readonly job: Pick<Job, 'serial' | 'hardwareId'>;
  readonly path: string;
  readonly identity: BoardIdentity;
  readonly present: LineFinder['list'];
  readonly read: (() => Promise<Result<string, Problem>>) | null;
}): BoardCheck {
  const { job, path, identity, present } = options;
  const read = identity === 'read' ? options.read : null;
  let known: string | null = null;

  const failed = (cause: Problem): JobEvent => ({ event: 'failed', problem: cause });
  const swapped = (expected: string | null, found: string | null): JobEvent =>
    failed(problem('board-swapped', { serial: job.serial, expected, found }));

  return {
    remember: async () => {
      if (read === null) return ok(undefined);
      const told = await read();
      if (!told.ok) return fail(told.problem);
      known = told.value;
      return ok(undefined);
    },
    check: async () => {
      const lines = await present();
      if (!lines.ok) return failed(lines.problem);
      const line = lines.value.find((one) => one.path === path);
      if (line === undefined) return failed(problem('line-lost'));
      if (line.usbSerial !== job.hardwareId) return swapped(job.hardwareId, line.usbSerial);
      if (read === null) return { event: 'board-checked' };
      const told = await read();
      if (!told.ok) return failed(told.problem);
      return told.value === known ? { event: 'board-checked' } : swapped(known, told.value);
    },
  };
}
