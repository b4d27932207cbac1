import { type ReturnDeed, returnDeedSchema } from '../../../shared/returns.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useProblemWords, useWords } from '../../words/words.ts';
import { type DeedFacts, obstacleTo } from './deed-choices.ts';
import classes from './returns-page.module.css';

/** What can be done with the unit: what will happen, in which order, what cannot be undone, and why something cannot be. */
export function DeedCards(props: {
  readonly facts: DeedFacts;
  readonly chosen: ReturnDeed | null;
  readonly onChoose: (deed: ReturnDeed) => void;
}) {
  const { facts, chosen, onChoose } = props;
  const t = useWords('returns');
  return (
    <section aria-label={t('deed.heading')}>
      <h2 className={classes['heading']}>{t('deed.heading')}</h2>
      <div className={classes['deeds']}>
        {returnDeedSchema.options.map((deed) => (
          <DeedCard key={deed} deed={deed} facts={facts} chosen={deed === chosen} onChoose={() => onChoose(deed)} />
        ))}
      </div>
    </section>
  );
}

function DeedCard(props: {
  readonly deed: ReturnDeed;
  readonly facts: DeedFacts;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  const { deed, facts, chosen, onChoose } = props;
  const t = useWords('returns');
  const words = useProblemWords();
  const obstacle = obstacleTo(deed, facts);
  return (
    <button
      type="button"
      className={classes['deed']}
      aria-pressed={chosen && obstacle === null}
      // Still reached by keyboard, so that the reason is heard.
      aria-disabled={obstacle !== null}
      onClick={() => obstacle === null && onChoose()}
      data-return-deed={deed}
      data-obstacle={obstacle?.code}
    >
      <strong>{t(`deed.${deed}.title`)}</strong>
      <span>{t(`deed.${deed}.what`)}</span>
      {obstacle === null ? (
        <>
          <span>{t(`deed.${deed}.order`)}</span>
          <span className={classes['undo']}>
            <VerdictShape kind="check" size="1.25em" />
            <span>{t(`deed.${deed}.undo`)}</span>
          </span>
        </>
      ) : (
        <span className={classes['obstacle']}>
          <VerdictShape kind="fail" size="1.25em" />
          <span>
            {t('deed.notPossible')} {words(obstacle).title} {words(obstacle).remedy}
          </span>
        </span>
      )}
    </button>
  );
}
