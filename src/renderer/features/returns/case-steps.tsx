import type { ReturnCase } from '../../../shared/returns.ts';
import { Signed } from '../../ui/outcome.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import { placesOf, type ReturnStep, type StepPlace } from './return-steps.ts';
import classes from './returns-page.module.css';

const kinds = { done: 'pass', now: 'work', later: 'idle', 'left-out': 'check' } as const;

/** The way of a return in words: what is done, where it is, what comes. `held`: it does not go on by itself. */
export function CaseSteps(props: {
  readonly one: Pick<ReturnCase, 'deed' | 'options' | 'overlap' | 'state'>;
  readonly held: boolean;
  readonly times?: ReadonlyMap<ReturnStep, string>;
}) {
  const { one, held, times } = props;
  const t = useWords('returns');
  return (
    <ol className={classes['steps']} aria-label={t('progress')}>
      {placesOf(one).map((place) => (
        <StepLine key={place.step} {...place} held={held} at={times?.get(place.step)} />
      ))}
    </ol>
  );
}

function StepLine({ step, place, held, at }: StepPlace & { readonly held: boolean; readonly at: string | undefined }) {
  const t = useWords('returns');
  const { dateTime } = useTimes();
  const here = place === 'now';
  return (
    <li className={classes['step']} aria-current={here ? 'step' : undefined} data-step-name={step} data-place={place}>
      <Signed kind={here && held ? 'check' : kinds[place]}>
        <span>{t(`step.${step}`)}</span>
        {place === 'left-out' && <span> · {t('stepLeftOut')}</span>}
        {at !== undefined && place === 'done' && <span className={classes['aside']}> · {dateTime(at)}</span>}
      </Signed>
    </li>
  );
}
