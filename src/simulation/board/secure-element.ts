import { z } from 'zod';
import { readIfThere, writeFileAtomically } from '../tls/whole-file.ts';

/**
 * Zones of the STSAFE-A100 as the DevKit uses it: number and size in bytes (Microsoft DevKit SDK, EEPROMInterface).
 */
export const zones = {
  wifiSsid: { number: 3, bytes: 120 },
  hub: { number: 5, bytes: 584 },
  uds: { number: 6, bytes: 680 },
  wifiPassword: { number: 10, bytes: 88 },
} as const;

/** Name of a zone. */
export type ZoneName = keyof typeof zones;

/** What outlives power, resets and the simulation itself. */
const storedSchema = z.object({
  zones: z.record(z.string(), z.string()), // text of each zone as Latin-1, without its NUL
  secretWrites: z.int(),
  secureChannel: z.boolean(),
});
type Stored = z.infer<typeof storedSchema>;

/** The board's "secure element": an EEPROM with texts in it. */
export type SecureElement = {
  /** The text of a zone without its NUL; empty when nothing was ever stored. */
  read(zone: ZoneName): string;
  /** Stores a text with its NUL, durably before it resolves; false when it does not fit or cannot be kept. */
  write(zone: ZoneName, text: string): Promise<boolean>;
  /** How often the secret was stored, ever. */
  secretWrites(): number;
  /** Switches the secure channel on for good: false when it was on already. */
  enableSecureChannel(): Promise<boolean>;
};

/** Makes a secure element; with a file its contents survive the process and are on disk before each write is answered. */
export async function openSecureElement(file: string | null): Promise<SecureElement> {
  const text = file === null ? null : await readIfThere(file);
  let stored: Stored =
    text === null ? { zones: {}, secretWrites: 0, secureChannel: false } : storedSchema.parse(JSON.parse(text));
  const keep = async (next: Stored): Promise<boolean> => {
    try {
      if (file !== null) await writeFileAtomically(file, `${JSON.stringify(next)}\n`);
      stored = next;
      return true;
    } catch {
      // A full disk is to the board what a worn memory is: the write fails and says so.
      return false;
    }
  };
  return {
    read: (zone) => stored.zones[zone] ?? '',
    async write(zone, value) {
      if (value.length + 1 > zones[zone].bytes) return false;
      const secretWrites = stored.secretWrites + (zone === 'uds' || zone === 'hub' ? 1 : 0);
      return keep({ ...stored, zones: { ...stored.zones, [zone]: value }, secretWrites });
    },
    secretWrites: () => stored.secretWrites,
    async enableSecureChannel() {
      return !stored.secureChannel && keep({ ...stored, secureChannel: true });
    },
  };
}
