import { Group, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { OutboxItem } from '../../../shared/outbox.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { UnitCard } from '../../../shared/records.ts';
import { useAction, useCall, useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { CertificateSection } from './certificate-section.tsx';
import { CredentialSection } from './credential-section.tsx';
import { HistorySection } from './history-section.tsx';
import { JobsSection } from './jobs-section.tsx';
import classes from './unit-page.module.css';
import { UnitVerdict } from './unit-verdict.tsx';
import { VerificationsSection } from './verifications-section.tsx';

/** Everything the books know of one serial. */
export function UnitPage({ serial }: { readonly serial: string }) {
  const t = useWords('unit');
  const { card, problem, again } = useCard(serial);
  return (
    <Stack gap="lg" className={classes['page']}>
      <Group gap="lg">
        <a className={classes['back']} href={addressOf('records')}>
          {t('back')}
        </a>
        <h1 className={classes['title']}>{serial}</h1>
      </Group>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {card === null ? problem === null && <LoadingState text={t('loading')} /> : <Card card={card} />}
    </Stack>
  );
}

function Card({ card }: { readonly card: UnitCard }) {
  const t = useWords('unit');
  const latest = card.jobs[0];
  if (latest === undefined) return null;
  const cause = latest.job.state.step === 'done' ? latest.job.state.problem : null;
  return (
    <>
      <UnitVerdict latest={latest} />
      {cause !== null && <ProblemCard problem={cause as Problem} quiet />}
      {latest.item?.problem != null && <ItemProblem item={latest.item} problem={latest.item.problem as Problem} />}
      {card.identity === null ? (
        <Text>{t('certificate.none')}</Text>
      ) : card.certificate === null ? (
        <CredentialSection identity={card.identity} />
      ) : (
        <CertificateSection serial={card.serial} certificate={card.certificate} />
      )}
      <VerificationsSection serial={card.serial} />
      <JobsSection jobs={card.jobs} />
      <HistorySection lines={card.history} />
    </>
  );
}

/** What holds the enrollment up; parked, it can be sent again from here. */
function ItemProblem({ item, problem }: { readonly item: OutboxItem; readonly problem: Problem }) {
  const t = useWords('unit');
  const retry = useAction('outbox-retry');
  const action = { label: t('retry'), busy: retry.busy, run: () => void retry.run({ item: item.id }) };
  return <ProblemCard problem={retry.problem ?? problem} quiet action={item.state === 'parked' ? action : undefined} />;
}

/** The card, asked for again whenever the books change. */
function useCard(serial: string) {
  const call = useCall();
  const revision = useMirror('queue')?.revision;
  const connection = useMirror('connection');
  const [card, setCard] = useState<UnitCard | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision and tries are reasons to ask again
  useEffect(() => {
    if (connection !== 'connected') return;
    let wanted = true;
    void call('unit-card', { serial }).then((answer) => {
      if (!wanted) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setCard(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [call, serial, revision, connection, tries]);
  const own = card?.serial === serial ? card : null;
  return { card: own, problem, again: () => setTries((before) => before + 1) };
}
