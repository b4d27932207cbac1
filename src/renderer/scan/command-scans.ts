/** The words that the station reads in a scan before it looks for a label: its scan rules, and those of badges. */
const command = /^(?:CONFIRM|CANCEL|QA[ -](?:ON|OFF)|(?:SLOT|ABORT)[ -]?\d{1,2}|BADGE[ -]+\S.*|ORDER \S+|\{.*)$/is;

/** A scan without the control characters and white space that scanners add. */
export function scannedText(raw: string): string {
  return raw.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

/** Whether a scan is a word for the station, and no label or id of a unit. */
export function isCommand(raw: string): boolean {
  return command.test(scannedText(raw));
}
