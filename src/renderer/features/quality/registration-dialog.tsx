import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useWords } from '../../words/words.ts';
import type { NewRegistration } from './use-verify.ts';

/** Says what a new registration would do to the device, and asks whether it is wanted. */
export function RegistrationDialog(props: {
  readonly question: NewRegistration | null;
  onConfirm(): void;
  onDecline(): void;
}) {
  const { question, onConfirm, onDecline } = props;
  const t = useWords('quality');
  const preview = question?.preview ?? null;
  const text =
    preview === null
      ? []
      : [
          preview.assignedHub === null
            ? t('preview.nowhere', { id: preview.registrationId })
            : t('preview.now', { id: preview.registrationId, hub: preview.assignedHub }),
          t(`preview.hub.${preview.effect.hub}`),
          t(`preview.data.${preview.effect.data}`),
        ];
  return (
    <ConfirmDialog
      opened={preview !== null}
      title={t('preview.title', { serial: preview?.serial ?? '' })}
      text={text.join(' ')}
      confirm={t('preview.yes')}
      cancel={t('preview.no')}
      onConfirm={onConfirm}
      onCancel={onDecline}
    />
  );
}
