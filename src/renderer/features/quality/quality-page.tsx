import { Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import { useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { BenchView } from './bench-view.tsx';
import { LotDetail } from './lot-detail.tsx';
import { LotsView } from './lots-view.tsx';
import classes from './quality-page.module.css';
import { RegistrationDialog } from './registration-dialog.tsx';
import { type Bench, useBench } from './use-bench.ts';
import { useBenchScans } from './use-bench-scans.ts';
import { useVerdictSounds } from './use-verdict-sounds.ts';
import { VerificationDetail } from './verification-detail.tsx';

/**
 * The QA bench: units verified again, lots, evidence. `opened`: '' (the bench), 'lots', the id of a lot, or 'v/' and the
 * id of a verification.
 */
export function QualityPage({ opened }: { readonly opened: string }) {
  const t = useWords('quality');
  const quality = useMirror('quality');
  const lots = opened !== '' && !opened.startsWith('v/');
  const bench = useBench(lots && opened !== 'lots' ? opened : null);
  useBenchScans(bench);
  useVerdictSounds();
  return (
    <Stack gap="md" className={classes['page']} data-opened={opened}>
      <Group justify="space-between">
        <h1 className={classes['title']}>{t('title')}</h1>
        <nav className={classes['views']} aria-label={t('views')}>
          <a
            className={classes['view']}
            href={addressOf('quality')}
            aria-current={lots ? undefined : 'page'}
            data-view="bench"
          >
            {t('bench')}
          </a>
          <a
            className={classes['view']}
            href={addressOf('quality', 'lots')}
            aria-current={lots ? 'page' : undefined}
            data-view="lots"
          >
            {t('lots')}
          </a>
        </nav>
      </Group>
      {quality?.problem != null && <ProblemCard problem={quality.problem as Problem} />}
      {bench.verify.problem !== null && (
        <ProblemCard problem={bench.verify.problem} action={{ label: t('close'), run: bench.verify.dismiss }} />
      )}
      {quality === null ? <LoadingState text={t('loading')} /> : <View opened={opened} bench={bench} />}
      <RegistrationDialog
        question={bench.verify.question}
        onConfirm={bench.verify.confirm}
        onDecline={bench.verify.decline}
      />
    </Stack>
  );
}

function View({ opened, bench }: { readonly opened: string; readonly bench: Bench }): ReactNode {
  if (opened === '') return <BenchView bench={bench} />;
  if (opened === 'lots') return <LotsView />;
  if (opened.startsWith('v/')) return <VerificationDetail key={opened} id={opened.slice(2)} />;
  return <LotDetail key={opened} id={opened} onVerify={() => bench.chooseLot(opened)} />;
}
