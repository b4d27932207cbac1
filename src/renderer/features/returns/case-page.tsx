import { Group, Stack } from '@mantine/core';
import type { CallOutput } from '../../../shared/contract.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { ReturnCase } from '../../../shared/returns.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import { CaseActions } from './case-actions.tsx';
import { CaseHistory } from './case-history.tsx';
import { CaseSteps } from './case-steps.tsx';
import { CaseWait } from './case-wait.tsx';
import { endKind } from './end-kind.ts';
import { linesOf, stepsOf, timesOf } from './return-steps.ts';
import classes from './returns-page.module.css';
import { useReturn, useUnitCard } from './use-returns.ts';

/** One return. Scans go to the station here: the label of the unit begins the work on its board. */
export function CasePage({ id }: { readonly id: string }) {
  const t = useWords('returns');
  const { value, problem, again } = useReturn(id);
  return (
    <Stack gap="lg" className={classes['page']} data-opened={id}>
      <Group gap="lg">
        <a className={classes['link']} href={addressOf('returns')}>
          {t('back')}
        </a>
        <h1 className={classes['title']}>{t('case.title', { serial: value?.case.serial ?? id })}</h1>
      </Group>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {value === null ? (
        problem === null && <LoadingState text={t('loading')} />
      ) : (
        <Case detail={value} again={again} />
      )}
    </Stack>
  );
}

function Case({ detail, again }: { readonly detail: CallOutput<'return-detail'>; readonly again: () => void }) {
  const t = useWords('returns');
  const { case: one, wait, notice } = detail;
  const card = useUnitCard(one.serial);
  const lines = linesOf(card.value?.history ?? [], one);
  const open = one.state.step !== 'done';
  return (
    <>
      <div data-case={one.id} data-step={one.state.step} data-unit={one.serial} className={classes['part']}>
        {one.state.step === 'done' && (
          <p className={classes['end']} data-outcome={one.state.outcome}>
            <Signed kind={endKind(one)}>{t(`outcome.${one.state.outcome}`)}</Signed>
          </p>
        )}
        {notice !== null && <ProblemCard problem={notice as Problem} quiet />}
        {open && <CaseWait step={one.state.step} wait={wait} />}
        {open && <CaseActions one={one} wait={wait} onDone={again} />}
        <CaseSteps one={one} held={wait.problem !== null || wait.needsPerson} times={timesOf(stepsOf(one), lines)} />
      </div>
      <Facts one={one} />
      {card.problem !== null && <ProblemCard problem={card.problem} action={{ label: t('again'), run: card.again }} />}
      <CaseHistory lines={lines} />
    </>
  );
}

function Facts({ one }: { readonly one: ReturnCase }) {
  const t = useWords('returns');
  const { dateTime } = useTimes();
  const { options, subject } = one;
  const taken = [
    options.deleteRegistration ? t('option.deleteRegistration') : null,
    options.removeHubIdentity ? t('option.removeHubIdentity') : null,
    options.to === null ? null : t('case.to', { instance: options.to }),
    one.overlap ? t('case.overlap') : null,
  ].filter((part) => part !== null);
  const facts = [
    ['deed', t(`deed.${one.deed}.title`)],
    ['reason', t(`reason.${one.reason}`)],
    ['note', one.note === '' ? '–' : one.note],
    ['options', taken.length === 0 ? '–' : taken.join(' · ')],
    ['registrationId', `${subject.registrationId} · ${subject.instance}`],
    ['actor', one.origin.actor],
    ['countersignedBy', one.countersignedBy ?? '–'],
    ['startedAt', dateTime(one.startedAt)],
    ['finishedAt', one.finishedAt === null ? '–' : dateTime(one.finishedAt)],
  ] as const;
  return (
    <section className={classes['part']} aria-label={t('case.facts')}>
      <Group justify="space-between">
        <h2 className={classes['heading']}>{t('case.facts')}</h2>
        <a className={classes['link']} href={addressOf('unit', one.serial)}>
          {t('unit.card')}
        </a>
      </Group>
      <dl className={classes['facts']}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`case.${name}`)}</dt>
            <dd data-fact={name}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
