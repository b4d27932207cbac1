import { useEffect, useRef } from 'react';
import type { Problem } from '../../shared/problem.ts';
import type { StationSnapshot } from '../../shared/station-snapshot.ts';
import { refusalEar, useAnnounce } from '../scan/use-scan.ts';
import { play } from '../station/sounds.ts';
import { useMirror } from '../station/use-station.ts';

/** Makes verdicts, requests and refusals heard, each once; refusals of this window's own scans are told by their answer. */
export function useAnnouncements(): void {
  const station = useMirror('station');
  const announce = useAnnounce();
  const before = useRef<StationSnapshot | null>(null);
  useEffect(() => {
    const old = before.current;
    before.current = station;
    if (station === null) return refusalEar.forget();
    const refusals = refusalEar.shown(station.scanCount, station.scanProblem as Problem | null);
    for (const refusal of refusals) announce(refusal);
    // What is there when the page opens is no news.
    if (old === null) return;
    for (const slot of station.slots) announceSlot(old.slots[slot.slot - 1], slot);
  }, [station, announce]);
}

type Slot = StationSnapshot['slots'][number];

function announceSlot(old: Slot | undefined, slot: Slot): void {
  if (slot.verdict !== null && (old?.verdict === null || old?.jobId !== slot.jobId)) {
    play(slot.verdict.outcome === 'passed' ? 'pass' : 'fail');
  } else if (slot.problem !== null && refusalOf(slot) !== (old === undefined ? null : refusalOf(old))) {
    play('refused');
  } else if (slot.ask !== null && (old?.ask !== slot.ask || old.jobId !== slot.jobId)) {
    play('ask');
  }
}

/** The same complaint about another board, line or unit is another one. */
function refusalOf({ problem, path, hardwareId, jobId }: Slot): string {
  return JSON.stringify([problem, path, hardwareId, jobId]);
}
