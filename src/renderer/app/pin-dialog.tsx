import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAction, useMirror } from '../station/use-station.ts';
import { ProblemCard } from '../ui/problem-card.tsx';
import { useWords } from '../words/words.ts';

/** Asks for the PIN of a badge that was scanned; the field forgets it as soon as it was sent. */
export function PinDialog() {
  const badge = useMirror('people')?.pinAsked ?? null;
  return <Asking key={badge} badge={badge} />;
}

function Asking({ badge }: { readonly badge: string | null }) {
  const t = useWords('people');
  const common = useWords('common');
  const enter = useAction('badge-in');
  const leave = useAction('badge-out');
  const [pin, setPin] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (badge === null || pin === '') return;
    setPin('');
    void enter.run({ badge, pin });
  };
  const close = (): void => void leave.run({});
  return (
    <Modal
      opened={badge !== null}
      onClose={close}
      title={t('pinTitle', { badge: badge ?? '' })}
      centered
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <form onSubmit={submit} data-pin-dialog>
        <Stack gap="md">
          <Text>{t('pinText')}</Text>
          <PasswordInput
            label={t('pin')}
            value={pin}
            onChange={(event) => setPin(event.currentTarget.value)}
            inputMode="numeric"
            autoComplete="off"
            maxLength={64}
            visibilityToggleButtonProps={{ 'aria-label': t('pinLook') }}
            data-autofocus
            data-pin
          />
          {enter.problem !== null && <ProblemCard problem={enter.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {common('cancel')}
            </Button>
            <Button type="submit" loading={enter.busy} disabled={pin === ''} data-pin-enter>
              {t('signIn')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
