import { Button, Group, Modal, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { usePreference } from '../station/preferences.ts';
import { useMirror } from '../station/use-station.ts';
import { useWords } from '../words/words.ts';

const steps = ['welcome', 'scan', 'plug', 'buttons', 'verdict', 'queue'] as const;

/** A short walk over the bench for somebody who has never seen it; shown once, and again on request. */
export function Tour() {
  const t = useWords('tour');
  const bench = useMirror('bench');
  const [seen, setSeen] = usePreference('tour');
  const [index, setIndex] = useState(0);
  const step = steps[index] ?? 'welcome';
  const last = index === steps.length - 1;
  const end = (): void => {
    setSeen('seen');
    setIndex(0);
  };
  return (
    <Modal
      opened={seen === 'new' && bench !== null}
      onClose={end}
      title={t(`${step}.title`)}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': t('skip') }}
    >
      <Text size="lg" mih="7rem">
        {t(`${step}.text`)}
      </Text>
      <Progress
        value={(100 * (index + 1)) / steps.length}
        my="md"
        aria-label={t('progress', { step: index + 1, steps: steps.length })}
      />
      <Group justify="space-between">
        <Button variant="subtle" onClick={end} data-tour="skip">
          {t('skip')}
        </Button>
        <Group gap="xs">
          <Button variant="default" disabled={index === 0} onClick={() => setIndex(index - 1)}>
            {t('back')}
          </Button>
          <Button data-autofocus onClick={last ? end : () => setIndex(index + 1)}>
            {t(last ? 'begin' : 'next')}
          </Button>
        </Group>
      </Group>
    </Modal>
  );
}
