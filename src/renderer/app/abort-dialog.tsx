import { useAction, useMirror } from '../station/use-station.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { useWords } from '../words/words.ts';

/** The station asks whether work shall stop; the answer is a scan like any other, whoever gives it. */
export function AbortDialog() {
  const t = useWords('board');
  const station = useMirror('station');
  const scan = useAction('scan');
  const asked = station?.abortAsked ?? null;
  return (
    <ConfirmDialog
      opened={asked !== null}
      title={t('abortTitle', { slot: asked?.slot ?? 0 })}
      text={t('abortText', { serial: asked?.serial ?? '' })}
      confirm={t('abortYes')}
      cancel={t('abortNo')}
      onConfirm={() => void scan.run({ text: 'CONFIRM' })}
      onCancel={() => void scan.run({ text: 'CANCEL' })}
    />
  );
}
