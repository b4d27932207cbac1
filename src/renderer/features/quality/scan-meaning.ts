import { isCommand, scannedText } from '../../scan/command-scans.ts';

/**
 * What a scan means at the QA bench: a place whose board is read, a unit to look at, or something for the station or a
 * dialog (null).
 */
export type ScanMeaning =
  | { readonly scan: 'slot'; readonly slot: number }
  | { readonly scan: 'unit'; readonly text: string }
  | null;

const longest = 512; // as the contract has it

/** Reads a scan by the command barcodes alone: what a label says, the station knows. */
export function scanMeaning(raw: string): ScanMeaning {
  const text = scannedText(raw);
  if (text === '' || text.length > longest) return null;
  const slot = /^SLOT[ -]?(\d{1,2})$/i.exec(text)?.[1];
  if (slot !== undefined) return { scan: 'slot', slot: Number(slot) };
  return isCommand(text) ? null : { scan: 'unit', text };
}
