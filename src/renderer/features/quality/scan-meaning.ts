/**
 * What a scan means at the QA bench: a place whose board is read, a unit to look at, or something for the station or a
 * dialog (null).
 */
export type ScanMeaning =
  | { readonly scan: 'slot'; readonly slot: number }
  | { readonly scan: 'unit'; readonly text: string }
  | null;

const longest = 512; // as the contract has it
const command = /^(?:CONFIRM|CANCEL|ABORT[ -]?\d{1,2}|BADGE[ -]+\S.*|QA[ -](?:ON|OFF)|ORDER \S+|\{.*)$/is;

/** Reads a scan by the command barcodes alone: what a label says, the station knows. */
export function scanMeaning(raw: string): ScanMeaning {
  const text = raw.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  if (text === '' || text.length > longest || command.test(text)) return null;
  const slot = /^SLOT[ -]?(\d{1,2})$/i.exec(text)?.[1];
  return slot === undefined ? { scan: 'unit', text } : { scan: 'slot', slot: Number(slot) };
}
