/*
 * Just enough DER (ITU-T X.690) to fill the DevKit's fixed certificate template. General certificates belong to a
 * library; this template is deliberately malformed in one place, which no library would write.
 */

/** Tags of the template. */
export const tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context1: 0xa1,
  context3: 0xa3,
} as const;

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/** One element: tag, minimal length (contents up to 65535 bytes), contents one after another. */
export function element(tagByte: number, ...contents: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of contents) length += part.length;
  return Buffer.concat([Uint8Array.of(tagByte, ...lengthBytes(length)), ...contents]);
}

/** A non-negative INTEGER from its big-endian bytes: leading zeros stripped, 00 put before a set top bit. */
export function unsignedInteger(bigEndian: Uint8Array): Buffer {
  let start = 0;
  while (start < bigEndian.length - 1 && bigEndian[start] === 0) start++;
  const magnitude = bigEndian.subarray(start);
  return (magnitude[0] as number) >= 0x80
    ? element(tag.integer, Uint8Array.of(0), magnitude)
    : element(tag.integer, magnitude);
}

/** An OBJECT IDENTIFIER from its encoded contents in hex. */
export function objectIdentifier(contentsHex: string): Buffer {
  return element(tag.objectIdentifier, Buffer.from(contentsHex, 'hex'));
}

/** A BIT STRING of whole bytes. */
export function bitString(bytes: Uint8Array): Buffer {
  return element(tag.bitString, Uint8Array.of(0), bytes);
}
