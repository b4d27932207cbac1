import { useWords } from '../../words/words.ts';
import classes from './order-strip.module.css';

/** Says that a passed unit was drawn for QA, in letters that nobody overlooks. */
export function SampleMark() {
  const t = useWords('board');
  return (
    <p className={classes['sample']} role="status" data-sample>
      {t('sample')}
      <span>{t('sampleMore')}</span>
    </p>
  );
}
