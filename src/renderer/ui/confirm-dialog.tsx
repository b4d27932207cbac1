import { Button, Group, Modal, Text } from '@mantine/core';
import { useLayoutEffect } from 'react';
import { useWords } from '../words/words.ts';
import { answerByScan } from './scan-answers.ts';

/** Asks before something that cannot be undone. Answered by mouse, keyboard, or the barcodes CONFIRM and CANCEL. */
export function ConfirmDialog(props: {
  readonly opened: boolean;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly cancel?: string;
  onConfirm(): void;
  onCancel(): void;
}) {
  const { opened, title, text, confirm, cancel, onConfirm, onCancel } = props;
  const t = useWords('common');
  useLayoutEffect(() => {
    if (!opened) return;
    const answer = (scanned: string): boolean => {
      const word = scanned.trim().toUpperCase();
      if (word === 'CONFIRM') onConfirm();
      else if (word === 'CANCEL') onCancel();
      else return false;
      return true;
    };
    return answerByScan(answer);
  });
  return (
    <Modal
      opened={opened}
      onClose={onCancel}
      title={title}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Text size="lg">{text}</Text>
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onCancel} data-autofocus>
          {cancel ?? t('cancel')}
        </Button>
        <Button onClick={onConfirm}>{confirm}</Button>
      </Group>
    </Modal>
  );
}
