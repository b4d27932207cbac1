/*
 * Input of the configuration console, character by character (Microsoft DevKit console source). A line ends at CR; LF
 * and other control characters vanish, so that LF alone glues two lines together.
 */

const backspace = 0x08;
const tabulator = 0x09;
const carriageReturn = 0x0d;
const space = 0x20;
const deleteKey = 0x7f;
const asterisk = 0x2a;

/** Characters that fit into a line; at the last one the line is given up. */
const lineBufferBytes = 1024;

/** Commands whose argument is echoed as stars. */
const privateCommands = ['set_wifipwd', 'set_dps_uds'];

/** What one character caused: bytes to echo, and perhaps a whole line (Latin-1) or the end of the buffer. */
export type Edit = { readonly echo: readonly number[]; readonly line: string | null; readonly overflow: boolean };

const nothing: Edit = { echo: [], line: null, overflow: false };

/** The input buffer of a console. */
export function createLineEditor(): { accept(byte: number): Edit } {
  let typed = '';

  /** Only what stands before the first space counts, so a leading space shows the secret. */
  const isPrivate = (): boolean => {
    const end = typed.indexOf(' ');
    return end >= 0 && privateCommands.includes(typed.slice(0, end));
  };
  const append = (byte: number): Edit => {
    const echo = [isPrivate() ? asterisk : byte];
    typed += String.fromCharCode(byte);
    if (typed.length < lineBufferBytes) return { echo, line: null, overflow: false };
    typed = '';
    return { echo, line: null, overflow: true };
  };
  return {
    accept(byte) {
      if (byte === carriageReturn) {
        const line = typed;
        typed = '';
        return { echo: [], line, overflow: false };
      }
      if (byte === backspace || byte === deleteKey) {
        if (typed === '') return nothing;
        typed = typed.slice(0, -1);
        return { echo: [backspace, space, backspace], line: null, overflow: false };
      }
      if (byte === tabulator) return append(space);
      return byte < space ? nothing : append(byte);
    },
  };
}
