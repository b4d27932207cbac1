import { Button, Card, Group, PasswordInput, Select, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import type { SettingsView } from '../../../shared/settings-view.ts';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { UnlockForm } from '../../ui/unlock-form.tsx';
import { useWords } from '../../words/words.ts';

type Vault = SettingsView['vault'];

/** Where the secrets of production are, what keeps them shut, and the way to another kind of vault. */
export function VaultCard(props: {
  readonly vault: Vault;
  readonly mode: 'training' | 'production';
  readonly onChanged: () => void;
  readonly children: ReactNode;
}) {
  const { vault, mode, onChanged } = props;
  const t = useWords('settings');
  const locked = vault.problem?.code === 'vault-locked';
  return (
    <Card withBorder data-vault={vault.backend}>
      <Title order={2} size="h3" mb="xs">
        {t('sections.vault')}
      </Title>
      <Stack>
        <Text>{mode === 'training' ? t('vault.training') : t(`vault.in.${vault.backend}`)}</Text>
        {mode === 'production' && (
          <>
            {vault.backend === 'file' && vault.acceptedBy !== null && (
              <Text>{t('vault.accepted', { actor: vault.acceptedBy })}</Text>
            )}
            {locked && <UnlockForm onUnlocked={onChanged} />}
            {vault.problem !== null && !locked && <ProblemCard problem={vault.problem as Problem} quiet />}
            <MoveForm vault={vault} onMoved={onChanged} />
          </>
        )}
        {props.children}
      </Stack>
    </Card>
  );
}

function MoveForm({ vault, onMoved }: { readonly vault: Vault; readonly onMoved: () => void }) {
  const t = useWords('settings');
  const move = useAction('vault-move');
  const [to, setTo] = useState<Vault['backend']>(vault.keyring ? 'os' : 'passphrase');
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const backends = (['os', 'passphrase', 'file'] as const).filter((one) => one !== 'os' || vault.keyring);
  const ready = to !== 'passphrase' || (first !== '' && first === second);
  async function submit(): Promise<void> {
    const passphrase = to === 'passphrase' ? first : null;
    setFirst('');
    setSecond('');
    if ((await move.run({ to, passphrase }))?.ok) onMoved();
  }
  const look = { 'aria-label': t('secret.look') };
  return (
    <Stack gap="xs">
      <Select
        label={t('vault.to')}
        data={backends.map((one) => ({ value: one, label: t(`vault.kind.${one}`) }))}
        value={to}
        allowDeselect={false}
        onChange={(next) => setTo(next ?? to)}
        maw="32rem"
      />
      {to === 'passphrase' && (
        <Group align="flex-start" grow maw="48rem">
          <PasswordInput
            label={t('vault.new')}
            description={t('vault.newHelp')}
            value={first}
            autoComplete="off"
            visibilityToggleButtonProps={look}
            onChange={(event) => setFirst(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('vault.again')}
            description={t('vault.againHelp')}
            value={second}
            error={second !== '' && !first.startsWith(second) ? t('vault.differ') : undefined}
            autoComplete="off"
            visibilityToggleButtonProps={look}
            onChange={(event) => setSecond(event.currentTarget.value)}
          />
        </Group>
      )}
      {to === 'file' && <Text>{t('vault.fileHelp')}</Text>}
      <Group>
        <Button variant="default" disabled={!ready} loading={move.busy} onClick={() => void submit()}>
          {t(to === 'file' ? 'vault.accept' : 'vault.move')}
        </Button>
      </Group>
      {move.problem !== null && <ProblemCard problem={move.problem} />}
    </Stack>
  );
}
