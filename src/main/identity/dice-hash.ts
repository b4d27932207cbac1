/*
 * The hash of the DICE stage. It is the SHA-256 compression function of a big-endian source that was compiled without
 * its byte swaps on a little-endian processor: message words, the length in the padding and the output words are all
 * little-endian. The padding differs from SHA-256, so it cannot be made by swapping bytes around the standard hash.
 */

const initialState = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

const roundConstants = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

const blockBytes = 64;

const rotateRight = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** The message followed by 0x80, zeros up to 56 modulo 64, and the length in bits as 8 little-endian bytes. */
function padded(message: Uint8Array): Buffer {
  const blocks = Buffer.alloc(Math.ceil((message.length + 9) / blockBytes) * blockBytes);
  blocks.set(message);
  blocks[message.length] = 0x80;
  blocks.writeBigUInt64LE(BigInt(message.length) * 8n, blocks.length - 8);
  return blocks;
}

function expandSchedule(schedule: Uint32Array, blocks: Buffer, offset: number): void {
  for (let index = 0; index < 16; index++) schedule[index] = blocks.readUInt32LE(offset + index * 4);
  for (let index = 16; index < 64; index++) {
    const early = schedule[index - 15] as number;
    const late = schedule[index - 2] as number;
    const sigma0 = rotateRight(early, 7) ^ rotateRight(early, 18) ^ (early >>> 3);
    const sigma1 = rotateRight(late, 17) ^ rotateRight(late, 19) ^ (late >>> 10);
    schedule[index] = ((schedule[index - 16] as number) + sigma0 + (schedule[index - 7] as number) + sigma1) >>> 0;
  }
}

/** One block of FIPS 180-4, section 6.2.2; `state` holds eight words and is changed in place. */
function compress(state: Uint32Array, schedule: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let round = 0; round < 64; round++) {
    const sum1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + sum1 + choice + (roundConstants[round] as number) + (schedule[round] as number)) >>> 0;
    const sum0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + first) >>> 0;
    d = c;
    c = b;
    b = a;
    a = (first + sum0 + majority) >>> 0;
  }
  const words = [a, b, c, d, e, f, g, h];
  // A Uint32Array keeps sums modulo 2^32 by itself.
  for (let index = 0; index < 8; index++) state[index] = (state[index] as number) + (words[index] as number);
}

/**
 * The DICE hash `D` of the DevKit: 32 bytes in an unpooled Buffer that the caller may wipe.
 * `D` of nothing is `08c5a54e...`. The working copies of the message are overwritten before it returns.
 * Source: microsoft/devkit-sdk AZ3166/tools/dice_device_enrollment, compared with its shipped binaries.
 */
export function diceHash(message: Uint8Array): Buffer {
  const blocks = padded(message);
  const state = new Uint32Array(initialState);
  const schedule = new Uint32Array(64);
  for (let offset = 0; offset < blocks.length; offset += blockBytes) {
    expandSchedule(schedule, blocks, offset);
    compress(state, schedule);
  }
  const digest = Buffer.alloc(32);
  for (let index = 0; index < 8; index++) digest.writeUInt32LE(state[index] as number, index * 4);
  blocks.fill(0);
  schedule.fill(0);
  state.fill(0);
  return digest;
}
