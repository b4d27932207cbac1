import type { Job } from '../../../shared/job.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { comesBeforeBoard, targetOf } from '../../domain/return-rules.ts';
import type { LinePresence } from '../../ports/line.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { InstanceFit } from '../instance-fit.ts';

/** A unit that an open return lets in for a new identity. */
export type ReturnAdmission = {
  readonly id: string; // of the return
  readonly supersedes: string | null; // job whose identity gives way; null: it gave way already
  readonly hardwareId: string | null; // the board that must come, null: any
  readonly oldBoard: string | null; // the board that must not come
  readonly mac: string | null;
  readonly instance: string; // in which the new credential is enrolled
};

/** Whether an open return lets this serial be worked on; null: none has a say. */
export async function admitReturn(
  serial: string,
  mac: string | null,
  live: Job | null,
  { store, fits }: { readonly store: Pick<StationStore, 'openReturn'>; readonly fits: InstanceFit },
): Promise<Result<ReturnAdmission | null, Problem>> {
  const found = await store.openReturn(serial);
  if (!found.ok) return found;
  const one = found.value;
  if (one === null || one.deed === 'register-again' || one.deed === 'retire') return ok(null);
  if (comesBeforeBoard(one.state)) return fail(problem('return-not-ready', { serial, step: one.state.step }));
  if (one.state.step !== 'awaiting-board') return ok(null);
  const instance = targetOf(one);
  const unfit = fits(instance);
  if (unfit !== null) return fail(unfit);
  const isNew = one.deed === 'new-board';
  const { hardwareId } = one.subject;
  return ok({
    id: one.id,
    instance,
    supersedes: live?.id ?? null,
    hardwareId: isNew ? null : hardwareId,
    oldBoard: isNew ? hardwareId : null,
    mac: mac ?? (isNew ? null : (live?.labelMac ?? null)),
  });
}

/**
 * Why this board is not the one that a return waits for, or null. The return may have been cancelled since the scan, and
 * another one opened that wants another board.
 */
export async function returnedBoardRefusal(
  serial: string,
  admission: ReturnAdmission,
  line: LinePresence,
  store: Pick<StationStore, 'openReturn'>,
): Promise<Problem | null> {
  const open = await store.openReturn(serial);
  if (!open.ok) return open.problem;
  if (open.value?.id !== admission.id || open.value.state.step !== 'awaiting-board')
    return problem('return-needed', { serial });
  const isOld = admission.oldBoard !== null && admission.oldBoard === line.usbSerial;
  return isOld ? problem('return-same-board', { serial }) : null;
}
