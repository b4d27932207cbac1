import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/*
 * Why this exists: the DevKit's Alias certificate has a malformed subject alternative name. When OpenSSL reads it in
 * a handshake, it leaves an error in its queue and goes on. If the client's messages arrive in more than one piece,
 * the next piece is awaited with that error still there, Node takes it for a failure, and cuts the connection. So a
 * client's whole flight (Certificate to Finished) must reach OpenSSL at once; how a network cuts it is chance.
 */

const record = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
const clientHello = 1;
const clientKeyExchange = 16;
const headerLength = 5;
const longestRecord = 16_384 + 256;
/**
 * Encrypted TLS 1.3 records that end a client's flight: Finished alone (4 header bytes, 32 or 48 of digest, 1 of type,
 * 16 of tag; RFC 8446), or behind an empty Certificate of 8 bytes in the same record, as BoringSSL packs it.
 */
const finishedLengths: readonly number[] = [53, 69, 61, 77];
/** A client that packs its messages in another way is recognised by its silence, once. */
const silenceInMs = 1000;

/** Puts a client's handshake messages together; see {@link wholeFlights}. */
export type FlightAssembler = {
  /** Takes bytes as they arrive, answers those that may go on now. */
  readonly take: (bytes: Buffer) => Buffer;
  /** Whether bytes are held back. */
  readonly holds: () => boolean;
  /** Gives up waiting and answers everything held back. */
  readonly flush: () => Buffer;
};

/** Makes a {@link FlightAssembler} for one connection. After the first Finished, or for bytes that are no TLS, all passes. */
export function createFlightAssembler(): FlightAssembler {
  let held = Buffer.alloc(0);
  let checked = 0; // bytes of `held` that are whole records already looked at
  let cipherChanged = false;
  let keysExchanged = false; // TLS 1.2 only: there this message is not encrypted
  let finished = false;
  const release = (length: number): Buffer => {
    const released = held.subarray(0, length);
    held = held.subarray(length);
    checked = Math.max(0, checked - length);
    return released;
  };
  /** Whether the record that starts at `checked` ends what the server waits for. */
  const endsFlight = (type: number, length: number): boolean => {
    if (type === record.changeCipherSpec) cipherChanged = true;
    if (type === record.applicationData) finished = finishedLengths.includes(length);
    if (type !== record.handshake) return finished || type === record.alert;
    const message = held[checked + headerLength];
    // A dummy change of cipher also comes before the second hello that TLS 1.3 may ask for.
    if (message === clientHello && !keysExchanged) return true;
    if (message === clientKeyExchange && !cipherChanged) keysExchanged = true;
    finished = cipherChanged; // TLS 1.2: the encrypted Finished
    return finished;
  };
  const take = (bytes: Buffer): Buffer => {
    held = Buffer.concat([held, bytes]);
    let ready = 0;
    while (!finished && held.length >= checked + headerLength) {
      const type = held.readUInt8(checked);
      const length = held.readUInt16BE(checked + 3);
      finished = type < record.changeCipherSpec || type > record.applicationData || length > longestRecord;
      if (finished || held.length < checked + headerLength + length) break;
      const ends = endsFlight(type, length);
      checked += headerLength + length;
      if (ends) ready = checked;
    }
    return release(finished ? held.length : ready);
  };
  const flush = (): Buffer => {
    finished = true;
    return release(held.length);
  };
  return { take, holds: () => held.length > 0, flush };
}

/** The connection as a TLS server should see it: handshake flights come whole, everything later as it arrives. */
export function wholeFlights(socket: Socket): Duplex {
  const assembler = createFlightAssembler();
  let silence: NodeJS.Timeout | undefined;
  const duplex = new Duplex({
    allowHalfOpen: true,
    read: () => {
      socket.resume();
    },
    write: (chunk: Buffer, _encoding, done) => {
      socket.write(chunk, done);
    },
    final: (done) => {
      socket.end(done);
    },
    destroy: (error, done) => {
      clearTimeout(silence);
      socket.destroy();
      done(error);
    },
  });
  const pass = (bytes: Buffer): void => {
    if (bytes.length > 0 && !duplex.push(bytes)) socket.pause();
  };
  socket.on('data', (bytes: Buffer) => {
    clearTimeout(silence);
    pass(assembler.take(bytes));
    if (assembler.holds()) silence = setTimeout(() => pass(assembler.flush()), silenceInMs);
  });
  socket.on('end', () => {
    clearTimeout(silence);
    pass(assembler.flush());
    duplex.push(null);
  });
  socket.on('close', () => duplex.destroy());
  return duplex;
}
