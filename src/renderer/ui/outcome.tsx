import type { ReactNode } from 'react';
import type { RecordRow } from '../../shared/records.ts';
import classes from './outcome.module.css';
import type { VerdictKind } from './theme.ts';
import { VerdictShape } from './verdict-shape.tsx';

const outcomes = { passed: 'pass', failed: 'fail', aborted: 'check', unsettled: 'check', running: 'work' } as const;
const deliveries = { waiting: 'work', parked: 'fail', delivered: 'idle', proved: 'pass', none: 'idle' } as const;

/** The sign of how a job ended; null: it is at work. */
export function outcomeKind(outcome: RecordRow['outcome']): VerdictKind {
  return outcomes[outcome ?? 'running'];
}

/** The sign of what became of an enrollment. */
export function deliveryKind(delivery: RecordRow['delivery']): VerdictKind {
  return deliveries[delivery ?? 'none'];
}

/** A sign with its words: shape, colour and text say the same. */
export function Signed({ kind, children }: { readonly kind: VerdictKind; readonly children: ReactNode }) {
  return (
    <span className={classes['signed']} data-kind={kind}>
      <VerdictShape kind={kind} size="1.25em" />
      <span>{children}</span>
    </span>
  );
}
