import type { UnitCard } from '../../../shared/records.ts';
import { outcomeKind } from '../../ui/outcome.tsx';
import { useTimes } from '../../ui/times.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useWords } from '../../words/words.ts';
import classes from './unit-verdict.module.css';

/** How the last job of the unit ended, as large as on the board, and how far its enrollment got. */
export function UnitVerdict({ latest: { job, item } }: { readonly latest: UnitCard['jobs'][number] }) {
  const t = useWords('unit');
  const { dateTime } = useTimes();
  const outcome = job.state.step === 'done' ? job.state.outcome : null;
  const provedAt = item?.provedAt ?? (job.state.step === 'done' ? job.state.provedAt : null);
  const proved = outcome === 'passed' && provedAt !== null;
  const parked = outcome === 'passed' && item?.state === 'parked';
  // It passed here, but the cloud does not know it: green would say too much.
  const kind = parked ? 'check' : outcomeKind(outcome);
  const headline = proved ? 'proved' : parked ? 'parked' : (outcome ?? 'running');
  const cloud =
    proved && provedAt !== null
      ? t('cloud.proved', { at: dateTime(provedAt) })
      : item === null
        ? t('cloud.none')
        : t(`cloud.${item.state}`, { at: dateTime(item.deliveredAt ?? item.createdAt) });
  return (
    <section className={classes['verdict']} data-kind={kind} data-outcome={outcome ?? 'running'}>
      <VerdictShape kind={kind} size="4.5rem" />
      <div>
        <p className={classes['headline']}>{t(`verdict.${headline}`)}</p>
        <p className={classes['more']}>{cloud}</p>
      </div>
    </section>
  );
}
