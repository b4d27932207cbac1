import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useLayoutEffect, useState } from 'react';
import { useAction, useMirror } from '../station/use-station.ts';
import { ProblemCard } from '../ui/problem-card.tsx';
import { answerByScan } from '../ui/scan-answers.ts';
import { useNow, useTimes } from '../ui/times.ts';
import { useWords } from '../words/words.ts';

/** Asks for the PIN of a badge that was scanned; the field forgets it as soon as it was sent. */
export function PinDialog() {
  const people = useMirror('people');
  const badge = people?.pinAsked ?? null;
  return <Asking key={badge} badge={badge} lockedUntil={people?.lockedUntil ?? null} />;
}

function Asking({ badge, lockedUntil }: { readonly badge: string | null; readonly lockedUntil: string | null }) {
  const t = useWords('people');
  const common = useWords('common');
  const leave = useAction('badge-out');
  const close = (): void => void leave.run({});
  useLayoutEffect(() => {
    if (badge === null) return;
    return answerByScan((text) => {
      if (text.trim().toUpperCase() !== 'CANCEL') return false;
      close();
      return true;
    });
  });
  return (
    <Modal
      opened={badge !== null}
      onClose={close}
      title={t('pinTitle', { badge: badge ?? '' })}
      centered
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      {badge !== null && <PinForm badge={badge} lockedUntil={lockedUntil} onClose={close} />}
      {leave.problem !== null && <ProblemCard problem={leave.problem} />}
    </Modal>
  );
}

function PinForm(props: { readonly badge: string; readonly lockedUntil: string | null; readonly onClose: () => void }) {
  const { badge, lockedUntil, onClose } = props;
  const t = useWords('people');
  const common = useWords('common');
  const { dateTime, duration } = useTimes();
  const now = useNow(1_000);
  const enter = useAction('badge-in');
  const [pin, setPin] = useState('');
  const left = lockedUntil === null ? 0 : Date.parse(lockedUntil) - now;
  const locked = left > 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (pin === '' || locked) return;
    setPin('');
    void enter.run({ badge, pin });
  };
  return (
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
        {locked && (
          <Text fw={700} role="status" data-locked-until={lockedUntil}>
            {t('lockedUntil', { at: dateTime(lockedUntil ?? '') })} {/* It changes every second: for the eye alone. */}
            <span aria-hidden="true">{t('lockedFor', { left: duration(Math.ceil(left / 1_000) * 1_000) })}</span>
          </Text>
        )}
        {enter.problem !== null && !locked && <ProblemCard problem={enter.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-pin-cancel>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={enter.busy} disabled={pin === '' || locked} data-pin-enter>
            {t('signIn')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
