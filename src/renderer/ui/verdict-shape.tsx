import type { VerdictKind } from './theme.ts';

/**
 * A verdict as a shape that is told apart without colour: a disc with a tick, an octagon with a cross, a triangle with an
 * exclamation mark, a turning ring, an empty square.
 */
export function VerdictShape({ kind, size = '1em' }: { readonly kind: VerdictKind; readonly size?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 48 48"
      fill="none"
      stroke="currentColor"
      strokeWidth="4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[kind]}
    </svg>
  );
}

const shapes = {
  pass: (
    <>
      <circle cx="24" cy="24" r="20" />
      <path d="m14 25 7 7 13-15" strokeWidth="5" />
    </>
  ),
  fail: (
    <>
      <path d="M16 4h16l12 12v16L32 44H16L4 32V16z" />
      <path d="m17 17 14 14M31 17 17 31" strokeWidth="5" />
    </>
  ),
  check: (
    <>
      <path d="M24 5 45 42H3z" />
      <path d="M24 19v11M24 36v.1" strokeWidth="5" />
    </>
  ),
  work: (
    <>
      <circle cx="24" cy="24" r="19" opacity="0.35" />
      <path d="M24 5a19 19 0 0 1 19 19" />
    </>
  ),
  idle: <rect x="6" y="6" width="36" height="36" rx="6" strokeDasharray="6 6" />,
};
