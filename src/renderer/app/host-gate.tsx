import { Button, Group, Stack, Title } from '@mantine/core';
import type { Problem } from '../../shared/problem.ts';
import { useAction, useMirror } from '../station/use-station.ts';
import { addressOf } from '../ui/addresses.ts';
import { LoadingState } from '../ui/page-states.tsx';
import { ProblemCard } from '../ui/problem-card.tsx';
import { UnlockForm } from '../ui/unlock-form.tsx';
import { useWords } from '../words/words.ts';

/** What stands in place of a page while there is no station: on its way, or why not and what to do. */
export function HostGate() {
  const t = useWords('common');
  const host = useMirror('host');
  const reopen = useAction('reopen');
  if (host === null) return <LoadingState text={t('host.connecting')} />;
  if (host.state === 'failed' && host.problem !== null) {
    return (
      <Stack>
        <Title order={1}>{t('host.failed')}</Title>
        <ProblemCard
          problem={host.problem as Problem}
          action={{ label: t('host.again'), busy: reopen.busy, run: () => void reopen.run({}) }}
        />
        <Group>
          <Button component="a" href={addressOf('settings')} variant="default">
            {t('host.settings')}
          </Button>
        </Group>
      </Stack>
    );
  }
  if (host.state === 'vault-locked') {
    return (
      <Stack>
        <Title order={1}>{t('vault.title')}</Title>
        <UnlockForm />
      </Stack>
    );
  }
  if (host.state === 'stopping') return <LoadingState text={t('host.stopping')} />;
  return <LoadingState text={t(host.mode === 'training' ? 'host.startingBench' : 'host.starting')} />;
}
