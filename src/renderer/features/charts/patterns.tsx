import { verdictColours } from '../../ui/theme.ts';
import classes from './charts-page.module.css';

/** How bars are filled: told apart without colour, plain against hatched. */
export const fills = { passed: verdictColours.pass, failed: 'url(#charts-failed)', p95: 'url(#charts-p95)' } as const;

/** The hatchings that bars are filled with; they take no room. */
export function Patterns() {
  return (
    <svg width="0" height="0" className={classes['patterns']} aria-hidden="true">
      <defs>
        <pattern id="charts-failed" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="8" height="8" fill={verdictColours.fail} />
          <rect width="3" height="8" fill="#ffd7d4" />
        </pattern>
        <pattern id="charts-p95" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="8" height="8" fill="#5c95cc" />
          <rect width="3" height="8" fill="#eef5fb" />
        </pattern>
      </defs>
    </svg>
  );
}
