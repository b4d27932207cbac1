import type { Problem } from '../../../shared/problem.ts';
import type { UnitCard } from '../../../shared/records.ts';
import { outcomeKind, Signed } from '../../ui/outcome.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './unit-page.module.css';

/** Every attempt at the unit, newest first, with what became of its enrollment. */
export function JobsSection({ jobs }: { readonly jobs: UnitCard['jobs'] }) {
  const t = useWords('unit');
  return (
    <section className={classes['part']} aria-label={t('jobs.title')}>
      <h2 className={classes['heading']}>{t('jobs.title')}</h2>
      <ol className={classes['list']}>
        {jobs.map((one, index) => (
          <JobEntry key={one.job.id} {...one} newest={index === 0} />
        ))}
      </ol>
    </section>
  );
}

function JobEntry(props: UnitCard['jobs'][number] & { readonly newest: boolean }) {
  const { job, item, superseded, newest } = props;
  const t = useWords('unit');
  const { dateTime, duration } = useTimes();
  const done = job.state.step === 'done' ? job.state : null;
  const identity = 'identity' in job.state ? job.state.identity : null;
  const facts = [
    t('jobs.slot', { slot: job.slot }),
    job.hardwareId === null ? null : t('jobs.board', { board: job.hardwareId }),
    t('jobs.recipe', { recipe: job.recipe }),
    t('jobs.actor', { actor: job.origin.actor }),
    job.finishedAt === null
      ? null
      : t('jobs.took', { time: duration(Date.parse(job.finishedAt) - Date.parse(job.startedAt)) }),
  ].filter((one) => one !== null);
  return (
    <li className={classes['job']} data-job={job.id}>
      <p className={classes['line']}>
        <strong>{dateTime(job.startedAt)}</strong>
        <Signed kind={outcomeKind(done?.outcome ?? null)}>
          {t(`verdict.${done?.outcome ?? 'running'}`)}
          {superseded && ` ${t('jobs.superseded')}`}
        </Signed>
        <span>{t(`jobs.kind.${job.kind}`)}</span>
      </p>
      <p className={classes['aside']}>{facts.join(' · ')}</p>
      {identity !== null && (
        <p className={classes['line']}>
          <span>{t('jobs.enrollment', { id: identity.registrationId, instance: job.instance })}</span>
          <span>
            {item === null
              ? t('cloud.none')
              : item.provedAt !== null
                ? t('cloud.proved', { at: dateTime(item.provedAt) })
                : t(`cloud.${item.state}`, { at: dateTime(item.deliveredAt ?? item.createdAt) })}
          </span>
        </p>
      )}
      {!newest && done?.problem != null && <ProblemCard problem={done.problem as Problem} quiet />}
      {!newest && item?.problem != null && <ProblemCard problem={item.problem as Problem} quiet />}
    </li>
  );
}
