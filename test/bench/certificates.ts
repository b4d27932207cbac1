import { createECDH, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { measureFirmwareImage } from '../../src/main/identity/firmware-image.ts';
import { deriveMxchipIdentity } from '../../src/main/identity/mxchip-identity.ts';
import { type Figure, median } from './report.ts';

const rounds = 7;
const perRound = 600;

/** Certificates per second on one core, beside the two P-256 base multiplications that each needs. */
export function benchCertificates(): Figure[] {
  const folder = new URL('../../resources/bench/', import.meta.url);
  const bin = readFileSync(new URL('DevKitDPS.ino.bin', folder));
  const image = measureFirmwareImage({ bin, map: readFileSync(new URL('DevKitDPS.ino.map', folder)) });
  if (!image.ok) throw new Error(image.problem.code);
  const certificates: number[] = [];
  const multiplications: number[] = [];
  // In turns, so that a busy moment of the machine meets both.
  for (let round = 0; round < rounds; round++) {
    certificates.push(
      perSecond(() => void deriveMxchipIdentity({ uds: randomBytes(32), image: image.value, registrationId: 'sn-1' })),
    );
    multiplications.push(perSecond(multiplyTwice));
  }
  const ratio = median(certificates) / median(multiplications);
  return [
    {
      name: 'certificates',
      value: median(certificates),
      unit: 'per s and core',
      beside: `${(ratio * 100).toFixed(0)} % of the bare multiplications`,
    },
    { name: 'two P-256 multiplications', value: median(multiplications), unit: 'pairs per s' },
  ];
}

function multiplyTwice(): void {
  for (let key = 0; key < 2; key++) {
    const curve = createECDH('prime256v1');
    const scalar = randomBytes(32);
    scalar[0] = 0x01; // below the group order
    curve.setPrivateKey(scalar);
    curve.getPublicKey();
  }
}

function perSecond(task: () => void): number {
  const start = performance.now();
  for (let count = 0; count < perRound; count++) task();
  return (perRound * 1000) / (performance.now() - start);
}
