import type { Verdict } from '../../shared/verification.ts';
import { useWords } from '../words/words.ts';
import { Signed } from './outcome.tsx';
import type { VerdictKind } from './theme.ts';

const kinds = { pass: 'pass', fail: 'fail', 'cannot-tell': 'check' } as const;

/** The sign of what a verification or one of its checks came to; null: it is at work. */
export function verificationKind(verdict: Verdict | null): VerdictKind {
  return verdict === null ? 'work' : kinds[verdict];
}

/** What a verification or one of its checks came to, as shape, colour and word; null: it is at work. */
export function VerificationSign({ verdict }: { readonly verdict: Verdict | null }) {
  const t = useWords('quality');
  return (
    <span data-verdict={verdict ?? 'running'}>
      <Signed kind={verificationKind(verdict)}>{t(`verdict.${verdict ?? 'running'}`)}</Signed>
    </span>
  );
}
