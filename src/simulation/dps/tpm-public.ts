/*
 * Just enough of the TPM 2.0 structures (TCG Library part 2) to tell a TPM2B_PUBLIC from something else. The service
 * seems to check the structure: official tests had placeholder texts replaced by real endorsement keys.
 */

const algorithm = { rsa: 0x0001, ecc: 0x0023, nothing: 0x0010 } as const;
const hashAlgorithms = [0x0004, 0x000b, 0x000c, 0x000d];

type Reader = {
  readonly u16: () => number;
  readonly skip: (bytes: number) => void;
  readonly sized: () => number;
  readonly atEnd: () => boolean;
};

function readerOf(bytes: Buffer): Reader {
  let at = 0;
  const skip = (count: number): void => {
    if (at + count > bytes.length) throw new RangeError('shorter than it says');
    at += count;
  };
  const u16 = (): number => {
    skip(2);
    return bytes.readUInt16BE(at - 2);
  };
  const sized = (): number => {
    const length = u16();
    skip(length);
    return length;
  };
  return { u16, skip, sized, atEnd: () => at === bytes.length };
}

/** Whether the bytes are structurally a TPM2B_PUBLIC of an RSA or elliptic-curve key, with nothing left over. */
export function isTpmPublic(bytes: Buffer): boolean {
  try {
    const reader = readerOf(bytes);
    if (reader.u16() !== bytes.length - 2) return false;
    const type = reader.u16();
    if (!hashAlgorithms.includes(reader.u16())) return false;
    reader.skip(4); // object attributes
    reader.sized(); // authorisation policy digest
    if (type === algorithm.rsa) return readsRsa(reader);
    return type === algorithm.ecc && readsEcc(reader);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function skipSymmetric(reader: Reader): void {
  if (reader.u16() !== algorithm.nothing) reader.skip(4); // key bits and mode
}

function skipScheme(reader: Reader): void {
  if (reader.u16() !== algorithm.nothing) reader.skip(2); // hash
}

function readsRsa(reader: Reader): boolean {
  skipSymmetric(reader);
  skipScheme(reader);
  const keyBits = reader.u16();
  reader.skip(4); // exponent
  return reader.sized() === keyBits / 8 && reader.atEnd();
}

function readsEcc(reader: Reader): boolean {
  skipSymmetric(reader);
  skipScheme(reader);
  reader.skip(2); // curve
  skipScheme(reader); // key derivation
  const x = reader.sized();
  const y = reader.sized();
  return x > 0 && y > 0 && reader.atEnd();
}
