import type { ReturnCase } from '../../../shared/returns.ts';
import type { VerdictKind } from '../../ui/theme.ts';

const ends = { finished: 'pass', unproved: 'check', cancelled: 'idle' } as const;

/** The sign of how a return ended; one that is open is at work. */
export function endKind({ state }: Pick<ReturnCase, 'state'>): VerdictKind {
  return state.step === 'done' ? ends[state.outcome] : 'work';
}
