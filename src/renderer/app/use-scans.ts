import { type RefObject, useEffect, useRef } from 'react';
import { listenForScans } from '../scan/scan-listener.ts';
import { play } from '../station/sounds.ts';
import { useCall } from '../station/use-station.ts';
import { answerDialogByScan } from '../ui/confirm-dialog.tsx';

/** Hands every scan of this window to the station, whatever has the focus; loose typing goes into the scan field. */
export function useScans(scanField: RefObject<HTMLInputElement | null>): void {
  const call = useCall();
  const latest = useRef(call);
  latest.current = call;
  useEffect(
    () =>
      listenForScans(window, {
        onScan: (text) => {
          if (answerDialogByScan(text)) return;
          play('scan');
          void latest.current('scan', { text });
        },
        onLooseText: (text) => {
          const field = scanField.current;
          if (field === null) return;
          field.focus();
          document.execCommand('insertText', false, text);
        },
      }),
    [scanField],
  );
}
