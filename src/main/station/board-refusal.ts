import { type Problem, problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { LinePresence } from '../ports/line.ts';
import type { StationStore } from '../ports/station-store.ts';
import { returnedBoardRefusal } from './returns/return-admission.ts';
import type { WaitingUnit } from './scan-desk.ts';

/** Why this board must not get the waiting unit's identity, or null. */
export async function boardRefusal(
  unit: WaitingUnit,
  line: LinePresence,
  station: {
    readonly store: Pick<StationStore, 'job' | 'holder' | 'openReturn'>;
    readonly mayStart: () => Promise<Result<void, Problem>>;
  },
): Promise<Problem | null> {
  const ready = await station.mayStart();
  if (!ready.ok) return ready.problem;
  if (unit.hardwareId !== null && unit.hardwareId !== line.usbSerial) {
    const facts = { serial: unit.serial, expected: unit.hardwareId, found: line.usbSerial };
    return problem('serial-other-board', facts);
  }
  if (unit.returned !== undefined) {
    const refusal = await returnedBoardRefusal(unit.serial, unit.returned, line, station.store);
    if (refusal !== null) return refusal;
  } else if (unit.supersedes !== null) {
    // Plugging the board powered it up: it may have registered, and needs no rework any more.
    const old = await station.store.job(unit.supersedes);
    if (!old.ok) return old.problem;
    const unsettled = old.value?.state.step === 'done' && old.value.state.outcome === 'unsettled';
    if (!unsettled) return problem('rework-not-needed', { serial: unit.serial });
  }
  if (line.usbSerial === null) return null;
  const holder = await station.store.holder({ hardwareId: line.usbSerial });
  if (!holder.ok) return holder.problem;
  if (holder.value === null || holder.value.id === unit.supersedes) return null;
  return problem('hardware-taken', { hardwareId: line.usbSerial, serial: holder.value.serial });
}
