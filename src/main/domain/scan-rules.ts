/** What a scanned or typed text means, before the books are asked. */
export type ScanMeaning =
  | { readonly scan: 'slot'; readonly slot: number }
  | { readonly scan: 'cancel' }
  | { readonly scan: 'abort'; readonly slot: number }
  | { readonly scan: 'confirm' }
  | { readonly scan: 'quality'; readonly on: boolean } // whether labels are looked at from now on
  | { readonly scan: 'order'; readonly order: string }
  | { readonly scan: 'order-text'; readonly text: string } // an order itself, as JSON
  | { readonly scan: 'unit'; readonly serial: string; readonly mac: string | null }
  | { readonly scan: 'nothing' };

/** Groups of the label pattern, or null when the text does not match. The matcher is linear-time (an adapter). */
export type LabelMatcher = (text: string) => Readonly<Record<string, string>> | null;

/**
 * Reads a scan. `SLOT n` names a place, `ABORT n` asks whether its work shall stop, `CONFIRM` says yes, `CANCEL` says no
 * and forgets a waiting scan, `QA ON` and `QA OFF` say whether labels are looked at or begun, `ORDER x` chooses a work
 * order, a JSON object is one itself; everything else must be a label.
 * White space and control characters around the text are dropped; an empty scan means nothing.
 */
export function readScan(
  raw: string,
  matchLabel: LabelMatcher,
): ScanMeaning | { readonly scan: 'unknown'; readonly text: string } {
  const text = raw.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  if (text === '') return { scan: 'nothing' };
  const slot = /^SLOT[ -]?(\d{1,2})$/i.exec(text)?.[1];
  if (slot !== undefined) return { scan: 'slot', slot: Number(slot) };
  const aborted = /^ABORT[ -]?(\d{1,2})$/i.exec(text)?.[1];
  if (aborted !== undefined) return { scan: 'abort', slot: Number(aborted) };
  if (/^CONFIRM$/i.test(text)) return { scan: 'confirm' };
  if (/^CANCEL$/i.test(text)) return { scan: 'cancel' };
  const quality = /^QA[ -](ON|OFF)$/i.exec(text)?.[1];
  if (quality !== undefined) return { scan: 'quality', on: quality.toUpperCase() === 'ON' };
  const order = /^ORDER (\S+)$/i.exec(text)?.[1];
  if (order !== undefined) return { scan: 'order', order };
  if (text.startsWith('{')) return { scan: 'order-text', text };
  const groups = matchLabel(text);
  if (groups === null) return { scan: 'unknown', text };
  const serial = groups['serial'];
  if (serial === undefined || serial === '') return { scan: 'unknown', text };
  return { scan: 'unit', serial, mac: groups['mac'] || null };
}
