import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useWords } from '../words/words.ts';

/** Barcodes that answer a dialog go through here before they reach the station. */
const scanAnswers = new Set<(text: string) => boolean>();

/** Offers a scan to the dialog on top; true when it was an answer. */
export function answerDialogByScan(text: string): boolean {
  const [top] = [...scanAnswers].reverse();
  return top?.(text) ?? false;
}

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
  useEffect(() => {
    if (!opened) return;
    const answer = (scanned: string): boolean => {
      const word = scanned.trim().toUpperCase();
      if (word === 'CONFIRM') onConfirm();
      else if (word === 'CANCEL') onCancel();
      else return false;
      return true;
    };
    scanAnswers.add(answer);
    return () => void scanAnswers.delete(answer);
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
