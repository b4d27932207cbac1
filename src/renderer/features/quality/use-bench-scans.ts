import { useLayoutEffect, useRef } from 'react';
import { play } from '../../station/sounds.ts';
import { useMirror } from '../../station/use-station.ts';
import { answerByScan } from '../../ui/scan-answers.ts';
import { scanMeaning } from './scan-meaning.ts';
import type { Bench } from './use-bench.ts';

/** While the page is shown, labels verify their units and SLOT barcodes choose the place; all else is not for it. */
export function useBenchScans(bench: Bench): void {
  const slots = useMirror('station')?.slots ?? [];
  const answer = (text: string): boolean => {
    const meaning = scanMeaning(text);
    if (meaning === null) return false;
    if (meaning.scan === 'unit') {
      bench.begin(meaning.text);
      return true;
    }
    if (!slots.some(({ slot }) => slot === meaning.slot)) return false;
    bench.choose({ slot: meaning.slot });
    play('scan');
    return true;
  };
  const latest = useRef(answer);
  latest.current = answer;
  // Entered once: dialogs that open later are asked first.
  useLayoutEffect(() => answerByScan((text) => latest.current(text)), []);
}
