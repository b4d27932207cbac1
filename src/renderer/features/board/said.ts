import type { Problem } from '../../../shared/problem.ts';
import type { StationSnapshot } from '../../../shared/station-snapshot.ts';
import { useProblemWords, useWords } from '../../words/words.ts';

/** What the station says about scans, in the words of the language in use. */
export type Said = {
  readonly kind: 'idle' | 'check' | 'fail';
  readonly refusal: Problem | null;
  readonly headline: string;
  readonly more: string;
};

/** What to do next: scan, plug the board in, or what is wrong with the last scan. */
export function useSaid({ waitingScan, scanProblem, qaOn }: StationSnapshot): Said {
  const t = useWords('board');
  const words = useProblemWords();
  const refusal = scanProblem as Problem | null;
  if (refusal !== null) {
    const { title, remedy } = words(refusal);
    return { kind: 'fail', refusal, headline: title, more: remedy };
  }
  if (waitingScan === null && qaOn) return { kind: 'check', refusal, headline: t('scan.qa'), more: t('scan.qaMore') };
  if (waitingScan === null) return { kind: 'idle', refusal, headline: t('scan.idle'), more: t('scan.idleMore') };
  const { serial, slot } = waitingScan;
  const headline = slot === null ? t('scan.waiting', { serial }) : t('scan.waitingSlot', { serial, slot });
  return { kind: 'check', refusal, headline, more: t('scan.waitingMore') };
}
