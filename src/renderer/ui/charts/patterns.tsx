import classes from './charts.module.css';

/** How bars are filled: told apart without colour, plain against hatched. */
export const fills = {
  passed: 'var(--chart-pass)',
  failed: 'url(#charts-failed)',
  median: 'var(--chart-median)',
  p95: 'url(#charts-p95)',
} as const;

/** What each filling means. */
export function Legend({ entries }: { readonly entries: readonly (readonly [string, string])[] }) {
  return (
    <ul className={classes['legend']}>
      {entries.map(([fill, name]) => (
        <li key={name}>
          <svg width="28" height="16" aria-hidden="true">
            <rect width="28" height="16" rx="3" fill={fill} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** The hatchings that bars are filled with; they take no room. */
export function Patterns() {
  return (
    <svg width="0" height="0" className={classes['patterns']} aria-hidden="true">
      <defs>
        <pattern id="charts-failed" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="8" height="8" fill="var(--chart-fail)" />
          <rect width="3" height="8" fill="var(--chart-gap)" />
        </pattern>
        <pattern id="charts-p95" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="8" height="8" fill="var(--chart-p95)" />
          <rect width="3" height="8" fill="var(--chart-gap)" />
        </pattern>
      </defs>
    </svg>
  );
}
