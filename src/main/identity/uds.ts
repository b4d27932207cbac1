import type { Problem } from '../../shared/problem.ts';
import { problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { fail, ok } from '../../shared/result.ts';

/** Length of the unique device secret in bytes (Microsoft DevKit console source: 64 hex digits). */
export const udsBytes = 32;

const hexDigits = Buffer.from('0123456789abcdef', 'latin1');

/** Overwrites a secret with zeros. */
export function wipe(secret: Uint8Array): void {
  secret.fill(0);
}

/** Value of an ASCII hex digit, either case; -1 for anything else. */
function nibbleFrom(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const lowerCase = character | 0x20;
  return lowerCase >= 0x61 && lowerCase <= 0x66 ? lowerCase - 0x61 + 10 : -1;
}

/**
 * The 32 bytes of a UDS written as 64 hex digits (either case, nothing around them), in text order.
 * The answer is an unpooled Buffer that the caller wipes. Errors: `uds-wrong-length` {length},
 * `uds-not-hex` {position, counted from 1}. Unlike Microsoft's tool longer text is refused, not cut.
 */
export function udsFromHex(hex: string | Uint8Array): Result<Buffer, Problem<'uds-wrong-length' | 'uds-not-hex'>> {
  if (hex.length !== udsBytes * 2) return fail(problem('uds-wrong-length', { length: hex.length }));
  const uds = Buffer.alloc(udsBytes);
  for (let index = 0; index < hex.length; index++) {
    const nibble = nibbleFrom(typeof hex === 'string' ? hex.charCodeAt(index) : (hex[index] as number));
    if (nibble < 0) {
      wipe(uds);
      return fail(problem('uds-not-hex', { position: index + 1 }));
    }
    const position = index >> 1;
    uds[position] = ((uds[position] as number) << 4) | nibble;
  }
  return ok(uds);
}

/**
 * The 64 lower-case hex digits of a UDS as ASCII in an unpooled Buffer that the caller wipes: made by table, because a
 * string could not be overwritten.
 */
export function udsToHex(uds: Uint8Array): Buffer {
  const hex = Buffer.alloc(uds.length * 2);
  for (let index = 0; index < uds.length; index++) {
    const byte = uds[index] as number;
    hex[index * 2] = hexDigits[byte >> 4] as number;
    hex[index * 2 + 1] = hexDigits[byte & 15] as number;
  }
  return hex;
}

/** A view of `bytes` without one line end (LF or CRLF) at its end, as a text file with a UDS has. Nothing is copied. */
export function withoutLineEnd<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  let end = bytes.length;
  if (end > 0 && bytes[end - 1] === 0x0a) end--;
  if (end < bytes.length && end > 0 && bytes[end - 1] === 0x0d) end--;
  return bytes.subarray(0, end) as Bytes;
}
