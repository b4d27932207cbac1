import { useState } from 'react';
import type { LotView } from '../../../shared/lot.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Verification } from '../../../shared/verification.ts';
import { useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { useLot } from './use-lot.ts';
import { useVerification } from './use-verification.ts';
import { useVerify, type VerifyOrder } from './use-verify.ts';

/** How units are looked at from now on, as a person set it at this page. */
export type BenchChoice = Pick<VerifyOrder, 'slot' | 'ask' | 'hands'> & {
  /** Whether units count for the lot that is shown. */
  readonly forLot: boolean;
};

/** The QA bench of this window: what was chosen, which lot is worked on, how units are begun. */
export type Bench = {
  readonly choice: BenchChoice;
  choose(part: Partial<BenchChoice>): void;
  /** The lot that units are counted for: one that was chosen here, else the station's. */
  readonly lot: LotView | null;
  /** The chosen lot is still on its way, or could not be had. */
  readonly lotComing: { readonly problem: Problem | null; again(): void } | null;
  chooseLot(id: string): void;
  readonly verify: ReturnType<typeof useVerify>;
  /** Begins with the unit of a label or serial; an empty text: with the one whose board is in the chosen slot. */
  begin(text: string): void;
  /**
   * What is shown large: what was begun here last; where nothing was, or a serial scanner has begun another one since, what
   * is at work, else what ended last. Nothing while the newest unit was refused or waits for an answer: the verdict of the
   * one before is not its own.
   */
  readonly shown: Verification | null;
  /** What else is at work. */
  readonly others: readonly Verification[];
};

/**
 * Holds the choices of the QA bench and begins verifications by them. `viewed`: the lot whose page is open, for which
 * units count then; null: none.
 */
export function useBench(viewed: string | null): Bench {
  const quality = useMirror('quality');
  const [choice, setChoice] = useState<BenchChoice>({
    slot: null,
    ask: 'last-registration',
    hands: true,
    forLot: true,
  });
  const [chosenLot, setChosenLot] = useState<string | null>(null);
  const [begun, setBegun] = useState<string | null>(null);
  const own = useVerification(begun).verification;
  const { lot, lotId, lotComing } = useLotOfBench(viewed ?? chosenLot);
  const verify = useVerify((id) => {
    setBegun(id);
    if (viewed !== null) setChosenLot(viewed);
    window.location.hash = addressOf('quality');
  });
  const running = quality?.running ?? [];
  const newest = running[0] ?? quality?.newest[0] ?? null;
  const last = begun === null ? newest : overtaken(own, newest);
  const shown = verify.problem === null && verify.question === null ? last : null;
  return {
    choice,
    choose: (part) => setChoice((before) => ({ ...before, ...part })),
    lot,
    lotComing,
    chooseLot: (id) => {
      setChosenLot(id);
      setChoice((before) => ({ ...before, forLot: true }));
      window.location.hash = addressOf('quality');
    },
    verify,
    begin: (text) => {
      const { forLot, ...how } = choice;
      verify.begin({ ...how, text, lot: forLot ? lotId : null });
    },
    shown,
    others: running.filter(({ id }) => id !== shown?.id),
  };
}

function overtaken(own: Verification | null, newest: Verification | null): Verification | null {
  const isLater = own?.state.step === 'done' && newest !== null && newest.startedAt > own.startedAt;
  return isLater ? newest : own;
}

/** The lot that was chosen while it is open, else the station's; its id is known before its counts are. */
function useLotOfBench(chosen: string | null): Pick<Bench, 'lot' | 'lotComing'> & { readonly lotId: string | null } {
  const active = useMirror('quality')?.lot ?? null;
  const { view, missing, problem, again } = useLot(chosen);
  if (chosen !== null && view === null && !missing) return { lot: null, lotId: chosen, lotComing: { problem, again } };
  const lot = view !== null && view.lot.closed === null ? view : active;
  return { lot, lotId: lot?.lot.id ?? null, lotComing: null };
}
