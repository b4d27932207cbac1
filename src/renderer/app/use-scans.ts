import { type RefObject, useEffect, useRef } from 'react';
import { listenForScans } from '../scan/scan-listener.ts';
import { useScan } from '../scan/use-scan.ts';
import { answeredOnPage } from '../ui/scan-answers.ts';

/** Hands every scan of this window to the station, whatever has the focus; loose typing goes into the scan field. */
export function useScans(scanField: RefObject<HTMLInputElement | null>): void {
  const { run } = useScan();
  const latest = useRef(run);
  latest.current = run;
  useEffect(
    () =>
      listenForScans(window, {
        onScan: (text) => {
          if (!answeredOnPage(text)) void latest.current(text);
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
