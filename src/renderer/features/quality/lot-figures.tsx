import type { LotVerdict, LotView } from '../../../shared/lot.ts';
import { Signed } from '../../ui/outcome.tsx';
import type { VerdictKind } from '../../ui/theme.ts';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './quality-page.module.css';

const kinds: Readonly<Record<LotVerdict, VerdictKind>> = { open: 'work', accepted: 'pass', rejected: 'fail' };

/** What a lot comes to, as shape, colour and word. */
export function LotSign({ verdict }: { readonly verdict: LotVerdict }) {
  const t = useWords('quality');
  return (
    <span data-lot-verdict={verdict}>
      <Signed kind={kinds[verdict]}>{t(`lotVerdict.${verdict}`)}</Signed>
    </span>
  );
}

/** The sample plan of a lot in one sentence. */
export function LotPlan({ view: { lot } }: { readonly view: LotView }) {
  const t = useWords('quality');
  const { number } = useTimes();
  const { sampleSize, accept, reject, source, aql } = lot.plan;
  const facts = {
    sample: number(sampleSize),
    size: number(lot.size),
    accept: number(accept),
    reject: number(reject),
    aql: String(aql ?? '–'),
  };
  return <span data-sample={sampleSize}>{t(source === 'given' ? 'plan.given' : 'plan.aql', facts)}</span>;
}

/** The counts of a lot, large enough to be read from afar. */
export function LotFigures({ view: { count } }: { readonly view: LotView }) {
  const t = useWords('quality');
  const { number } = useTimes();
  const figures = {
    verified: count.passed + count.failed + count.cannotTell,
    passed: count.passed,
    failed: count.failed,
    cannotTell: count.cannotTell,
    left: count.left,
  };
  return (
    <dl
      className={classes['figures']}
      data-passed={count.passed}
      data-failed={count.failed}
      data-cannot-tell={count.cannotTell}
      data-left={count.left}
    >
      {(Object.keys(figures) as (keyof typeof figures)[]).map((name) => (
        <div key={name} className={classes['figure']}>
          <dt>{t(`figure.${name}`)}</dt>
          <dd>{number(figures[name])}</dd>
        </div>
      ))}
    </dl>
  );
}
