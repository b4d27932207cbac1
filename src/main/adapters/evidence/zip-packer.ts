import { readFileSync } from 'node:fs';
import { type ZipOptions, zipSync } from 'fflate';
import type { EvidencePacker } from '../../ports/evidence-packer.ts';

/** Unix, in the upper half of a ZIP entry's external attributes: who may run a script is said there. */
const unix = 3;
const modeOf = (name: string): number => (name.endsWith('.sh') ? 0o100755 : 0o100644);

/** Packs with ZIP; `verifierFile` is the script that goes into each pack. */
export function createZipPacker(verifierFile: string): EvidencePacker {
  return {
    verifier: () => readFileSync(verifierFile),
    pack: (files) => {
      const entries = files.map(({ name, bytes }): [string, [Uint8Array, ZipOptions]] => [
        name,
        // The oldest time that ZIP knows: a pack says its times in its files, where they are signed.
        [bytes, { os: unix, attrs: modeOf(name) * 0x10000, mtime: new Date(1980, 0, 1), level: 9 }],
      ]);
      return zipSync(Object.fromEntries(entries));
    },
  };
}
