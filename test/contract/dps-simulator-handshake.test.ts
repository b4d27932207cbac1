import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFlightAssembler } from '../../src/simulation/tls/whole-flights.ts';
import {
  aliasVectors,
  type DpsBench,
  deviceCaller,
  registerDevice,
  serviceCaller,
  startDpsBench,
  x509Enrollment,
} from '../interop/dps-bench.ts';

/*
 * The DevKit's certificate through a network that cuts the handshake to pieces, as a busy machine does now and then.
 * Record types and lengths come from RFC 5246 and RFC 8446.
 */

const tlsRecord = (type: number, length: number, first: number): Buffer =>
  Buffer.concat([Buffer.from([type, 3, 3, length >> 8, length & 0xff, first]), Buffer.alloc(length - 1, 0xee)]);

describe('a flight reaches the server whole, however it arrives', () => {
  const hello = tlsRecord(22, 300, 1);
  const changeCipher = tlsRecord(20, 1, 1);
  const http = tlsRecord(23, 200, 0);
  const certificate12 = [tlsRecord(22, 577, 11), tlsRecord(22, 70, 16), tlsRecord(22, 79, 15)];
  const flights: [string, Buffer[]][] = [
    ['TLS 1.2', [...certificate12, changeCipher, tlsRecord(22, 40, 0)]],
    ['TLS 1.2, encrypted Finished that looks like a hello', [...certificate12, changeCipher, tlsRecord(22, 40, 1)]],
    ['TLS 1.2 resumed', [changeCipher, tlsRecord(22, 40, 0)]],
    ['TLS 1.3, SHA-256', [changeCipher, tlsRecord(23, 598, 7), tlsRecord(23, 96, 7), tlsRecord(23, 53, 7)]],
    ['TLS 1.3, SHA-384, no certificate', [changeCipher, tlsRecord(23, 25, 7), tlsRecord(23, 69, 7)]],
    ['TLS 1.3, no certificate, in one record', [tlsRecord(23, 61, 7)]],
  ];
  it.each(flights)('%s', (_name, records) => {
    const flight = Buffer.concat(records);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
        const assembler = createFlightAssembler();
        const given = piecesOf(hello, sizes)
          .map(assembler.take)
          .filter((bytes) => bytes.length > 0);
        expect(given).toEqual([hello]);
        const second = piecesOf(flight, sizes)
          .map(assembler.take)
          .filter((bytes) => bytes.length > 0);
        expect(second).toEqual([flight]);
        expect(piecesOf(http, sizes).map(assembler.take)).toEqual(piecesOf(http, sizes)); // no more waiting
      }),
    );
  });

  it('a second hello passes at once, and so does what is no TLS', () => {
    const assembler = createFlightAssembler();
    expect(assembler.take(hello)).toEqual(hello);
    expect(assembler.take(changeCipher)).toHaveLength(0);
    expect(assembler.take(hello)).toEqual(Buffer.concat([changeCipher, hello]));
    const text = Buffer.from('GET / HTTP/1.1\r\n');
    expect(createFlightAssembler().take(text)).toEqual(text);
  });
});

function piecesOf(bytes: Buffer, sizes: number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('a device behind a network that cuts', () => {
  let bench: DpsBench;
  let network: Server;
  beforeAll(async () => {
    bench = await startDpsBench();
    network = createServer((device) => {
      const service = connect({ port: bench.ready.port, host: '127.0.0.1', noDelay: true });
      service.on('error', () => device.destroy()).pipe(device);
      device.on('error', () => service.destroy()).on('close', () => service.destroy());
      let sent = Promise.resolve();
      device.on('data', (bytes) => {
        for (const piece of piecesOf(bytes, [97])) {
          sent = sent.then(() => new Promise((next) => service.write(piece, () => setImmediate(next))));
        }
      });
    });
    await new Promise<void>((done) => network.listen(0, '127.0.0.1', done));
  });
  afterAll(async () => {
    network.close();
    await bench.close();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('registers over %s', async (version) => {
    const behind = { ...bench.ready, port: (network.address() as AddressInfo).port };
    const call = serviceCaller(bench.ready);
    for (const vector of aliasVectors().slice(3, 9)) {
      const { registrationId, certPem } = vector;
      await call('DELETE', `/enrollments/${registrationId}`);
      await call('PUT', `/enrollments/${registrationId}`, x509Enrollment(registrationId, certPem));
      const { last } = await registerDevice(deviceCaller(behind, registrationId, vector, version), registrationId);
      expect(last.json?.status).toBe('assigned');
    }
  });
});
