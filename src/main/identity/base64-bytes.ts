const digits = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');

/** Base64 (RFC 4648, section 4) by table into a Buffer, because a string could not be overwritten. */
export function base64Bytes(bytes: Uint8Array): Buffer {
  const text = Buffer.alloc(Math.ceil(bytes.length / 3) * 4, 0x3d);
  for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
    const [one = 0, two = 0, three = 0] = bytes.subarray(at, at + 3);
    const value = (one << 16) | (two << 8) | three;
    const filled = Math.min(3, bytes.length - at) + 1;
    for (let digit = 0; digit < filled; digit++) text[to + digit] = digits[(value >> (18 - digit * 6)) & 63] as number;
  }
  return text;
}
