import { notifications } from '@mantine/notifications';
import { useCallback, useRef, useState } from 'react';
import { type Problem, problem } from '../../shared/problem.ts';
import { scansProblems } from '../../shared/problems/scans.ts';
import { play, say } from '../station/sounds.ts';
import { useCall, useMirror } from '../station/use-station.ts';
import { addressOf } from '../ui/addresses.ts';
import { verdictColours } from '../ui/theme.ts';
import { useLanguage, useProblemWords, useWords } from '../words/words.ts';
import { createRefusalEar } from './refusal-ear.ts';

/** The one ear of this window: its own scans and what the station shows of all scans meet here. */
export const refusalEar = createRefusalEar();

const longestScan = 4_096; // as the contract has it

/** Makes a refusal heard. */
export function useAnnounce(): (refusal: Problem) => void {
  const words = useProblemWords();
  const language = useLanguage();
  const latest = useRef({ words, language });
  latest.current = { words, language };
  return useCallback((refusal) => {
    play('refused');
    say(latest.current.words(refusal).title, latest.current.language);
  }, []);
}

/**
 * Hands a scan to the station, or asks it for a rework. What comes of it is heard, and a refusal is seen: where the
 * station itself does not show it, as a notice of this window. Resolves to whether the station took it.
 */
export function useScan(name: 'scan' | 'rework' = 'scan'): {
  readonly busy: boolean;
  readonly run: (text: string) => Promise<boolean>;
} {
  const call = useCall();
  const announce = useAnnounce();
  const notice = useNotice();
  const recipe = useMirror('station')?.recipe ?? null;
  const [underWay, setUnderWay] = useState(0);

  async function run(text: string): Promise<boolean> {
    if (text.length > longestScan) {
      const start = `${text.slice(0, 40)}…`;
      const refusal = problem('scan-not-recognised', { text: start, recipe });
      announce(refusal);
      notice(refusal);
      return false;
    }
    setUnderWay((count) => count + 1);
    refusalEar.sent();
    const answer = await call(name, { text });
    setUnderWay((count) => count - 1);
    const refusal = answer.ok ? null : answer.problem;
    for (const one of refusalEar.answered(refusal)) announce(one);
    if (refusal === null) play('scan');
    else if (!(refusal.code in scansProblems)) notice(refusal);
    // The bench of QA is where the verdict will stand.
    if (answer.ok && 'verifying' in answer.value) window.location.hash = addressOf('quality');
    return answer.ok;
  }

  return { busy: underWay > 0, run };
}

/** Shows a problem on whatever page the window is on; a new one takes the place of the one before. */
function useNotice(): (refusal: Problem) => void {
  const words = useProblemWords();
  const t = useWords('common');
  return (refusal) => {
    const { title, remedy } = words(refusal);
    notifications.clean();
    notifications.show({
      title,
      message: remedy,
      color: verdictColours.fail,
      autoClose: 15_000,
      closeButtonProps: { 'aria-label': t('close') },
      'data-problem': refusal.code,
    });
  };
}
