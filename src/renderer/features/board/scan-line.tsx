import type { StationSnapshot } from '../../../shared/station-snapshot.ts';
import { addressOf } from '../../ui/addresses.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useSaid } from './said.ts';
import classes from './scan-line.module.css';

/**
 * What the board says on top, in one line for all other pages: a scan is heard there as well. Leads to the board.
 * `ownScans`: labels mean something else on this page, which says so itself; here stands only what is under way.
 */
export function ScanLine({ station, ownScans }: { readonly station: StationSnapshot; readonly ownScans: boolean }) {
  const { kind, refusal, headline, more } = useSaid(station);
  const silent = ownScans && kind === 'idle';
  return (
    <div role="status" className="no-print">
      {!silent && (
        <a
          href={addressOf('board')}
          className={classes['line']}
          data-kind={kind}
          data-scan-line
          data-problem={refusal?.code}
        >
          <VerdictShape kind={kind} size="1.5rem" />
          <span className={classes['headline']}>{headline}</span>
          <span className={classes['more']}>{more}</span>
        </a>
      )}
    </div>
  );
}
