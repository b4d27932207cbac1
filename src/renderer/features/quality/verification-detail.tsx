import { addressOf } from '../../ui/addresses.ts';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import classes from './quality-page.module.css';
import { useVerification } from './use-verification.ts';
import { VerdictPanel } from './verdict-panel.tsx';

/** One verification, at an address that can be kept and sent. */
export function VerificationDetail({ id }: { readonly id: string }) {
  const t = useWords('quality');
  const { verification, problem, again } = useVerification(id);
  return (
    <>
      <a className={classes['back']} href={addressOf('quality')}>
        {t('backToBench')}
      </a>
      {verification !== null ? (
        <VerdictPanel verification={verification} />
      ) : problem === null ? (
        <LoadingState text={t('loadingOne')} />
      ) : (
        <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />
      )}
    </>
  );
}
