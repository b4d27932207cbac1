import { join } from 'node:path';
import type { Origin } from '../shared/job.ts';
import { publicKeyFile } from './adapters/files/public-key-file.ts';
import { createBookBackups } from './adapters/sqlite/backups.ts';
import type { createStationStore } from './adapters/sqlite/station-store.ts';
import { systemSigningKeys } from './adapters/system/signing-keys.ts';
import type { OpenFolder } from './compose-folder.ts';
import { places } from './compose-places.ts';
import { type Clock, isoNow } from './ports/clock.ts';
import type { Vault } from './ports/vault.ts';
import { createCheckpoints } from './station/audit/checkpoints.ts';
import { createStationSigner } from './station/audit/station-signer.ts';
import { createStationTrust, type StationTrust } from './station/audit/trust-desk.ts';

/** Name of the file with the station's public keys, beside its books. */
export const publicKeyName = 'station-key.pem';

/** Puts together what makes the records of a station trustworthy; nothing runs yet. */
export function openTrust(options: {
  readonly folder: string;
  readonly file: string;
  readonly prepared: OpenFolder['prepared'];
  readonly store: ReturnType<typeof createStationStore>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly origin: Origin;
  readonly onChange: () => void;
}): StationTrust {
  const { folder, file, store, vault, clock, origin, onChange, prepared } = options;
  const signer = createStationSigner({
    vault,
    keys: systemSigningKeys,
    publicKeys: publicKeyFile(join(folder, publicKeyName)),
  });
  const backups = createBookBackups({
    file,
    thread: places.storeThread,
    now: () => isoNow(clock),
    rotateLog: store.rotateLog,
  });
  const checkpoints = createCheckpoints({ store, signer, clock, origin, onChange });
  return createStationTrust({ store, signer, checkpoints, backups, clock, origin, prepared, onChange });
}
