import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAction } from '../station/use-station.ts';
import { useWords } from '../words/words.ts';
import { ProblemCard } from './problem-card.tsx';

/** Asks for the passphrase of the vault; the field forgets it as soon as it was sent. */
export function UnlockForm({ onUnlocked }: { readonly onUnlocked?: () => void }) {
  const t = useWords('common');
  const unlock = useAction('vault-unlock');
  const [passphrase, setPassphrase] = useState('');
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (passphrase === '') return;
    setPassphrase('');
    if ((await unlock.run({ passphrase }))?.ok) onUnlocked?.();
  }
  return (
    <form onSubmit={(event) => void submit(event)} data-unlock>
      <Stack maw="32rem">
        <Text>{t('vault.text')}</Text>
        <Group align="flex-end" wrap="nowrap">
          <PasswordInput
            flex={1}
            label={t('vault.passphrase')}
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': t('vault.look') }}
          />
          <Button type="submit" loading={unlock.busy} disabled={passphrase === '' && !unlock.busy}>
            {t('vault.unlock')}
          </Button>
        </Group>
        {unlock.problem !== null && <ProblemCard problem={unlock.problem} />}
      </Stack>
    </form>
  );
}
