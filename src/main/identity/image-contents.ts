/**
 * Whether a firmware image holds a text as a string of its own: ASCII, ended by NUL as compilers store it, so that
 * `0ne001` is not found in `0ne0012`.
 */
export function imageHoldsText(bin: Uint8Array, text: string): boolean {
  const needle = Buffer.from(`${text}\0`, 'latin1');
  const image = Buffer.from(bin.buffer, bin.byteOffset, bin.byteLength);
  for (let at = image.indexOf(needle); at >= 0; at = image.indexOf(needle, at + 1)) {
    const before = at === 0 ? 0 : (image[at - 1] ?? 0);
    if (before < 0x20 || before > 0x7e) return true;
  }
  return false;
}
