import { useEffect, useRef } from 'react';
import type { Problem } from '../../shared/problem.ts';
import type { StationSnapshot } from '../../shared/station-snapshot.ts';
import { play, say } from '../station/sounds.ts';
import { useMirror } from '../station/use-station.ts';
import { useLanguage, useProblemWords } from '../words/words.ts';

/** Makes verdicts, requests and refusals heard, each once. */
export function useAnnouncements(): void {
  const station = useMirror('station');
  const words = useProblemWords();
  const language = useLanguage();
  const before = useRef<StationSnapshot | null>(null);
  useEffect(() => {
    const old = before.current;
    before.current = station;
    // What is there when the page opens is no news.
    if (old === null || station === null) return;
    const refusal = station.scanProblem as Problem | null;
    if (refusal !== null && JSON.stringify(refusal) !== JSON.stringify(old.scanProblem)) {
      play('refused');
      say(words(refusal).title, language);
    }
    for (const slot of station.slots) announceSlot(old.slots[slot.slot - 1], slot);
  }, [station, words, language]);
}

type Slot = StationSnapshot['slots'][number];

function announceSlot(old: Slot | undefined, slot: Slot): void {
  if (slot.verdict !== null && (old?.verdict === null || old?.jobId !== slot.jobId)) {
    play(slot.verdict.outcome === 'passed' ? 'pass' : 'fail');
  } else if (slot.problem !== null && old?.problem?.code !== slot.problem.code) {
    play('refused');
  } else if (slot.ask !== null && (old?.ask !== slot.ask || old.jobId !== slot.jobId)) {
    play('ask');
  }
}
