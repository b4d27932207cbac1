import { join } from 'node:path';
import type { Origin } from '../shared/job.ts';
import { ok } from '../shared/result.ts';
import { createZipPacker } from './adapters/evidence/zip-packer.ts';
import { publicKeyFile } from './adapters/files/public-key-file.ts';
import { systemSigningKeys } from './adapters/system/signing-keys.ts';
import { places } from './compose-places.ts';
import type { HubRegistries } from './ports/hub-registry.ts';
import type { Logger } from './ports/logger.ts';
import type { Random } from './ports/random.ts';
import type { StationStore } from './ports/station-store.ts';
import type { Vault } from './ports/vault.ts';
import { createStationSigner } from './station/audit/station-signer.ts';
import type { Instances } from './station/instances.ts';
import type { LoadedRecipe } from './station/loaded-recipe.ts';
import { createLotDesk } from './station/quality/lot-desk.ts';
import { createQualityDesk } from './station/quality/quality-desk.ts';
import { createServiceReader } from './station/quality/service-reader.ts';
import { createVerificationDesk, type VerificationDeskOptions } from './station/quality/verification-desk.ts';
import type { ShellTools } from './station/session-options.ts';
import type { Station } from './station/station.ts';

/** Puts together what QA needs: verifications, lots, evidence. */
export function composeQuality(
  options: Pick<ShellTools, 'opener' | 'clock' | 'times'> & {
    readonly folder: string;
    readonly vault: Vault;
    readonly origin: Origin;
    readonly random: Pick<Random, 'uuid' | 'secretBytes'>;
    readonly logger: Logger;
    readonly store: StationStore;
    readonly instances: Instances;
    readonly hubs: HubRegistries;
    readonly recipe: LoadedRecipe;
    readonly station: Station;
  } & Pick<VerificationDeskOptions, 'onVerdict'>,
) {
  const services = createServiceReader(options.instances, options.hubs);
  const publicKeys = publicKeyFile(join(options.folder, 'station-key.pem'));
  const signer = createStationSigner({ vault: options.vault, keys: systemSigningKeys, publicKeys });
  const onChange = (): void => desk.changed();
  const verifications = createVerificationDesk({ ...options, services, onChange });
  const lots = createLotDesk({ ...options, onChange });
  const packer = createZipPacker(places.evidenceVerifier);
  const desk = createQualityDesk({ ...options, verifications, lots, services, signer, packer });
  /** As a scan at the QA bench does it: what the board last registered with counts, for the lot that is open. */
  async function verifyScanned(unit: {
    readonly serial: string;
    readonly slot: number | null;
    readonly actor: string;
  }) {
    const { serial, slot, actor } = unit;
    const atWork = verifications.running().find((one) => one.serial === serial);
    if (atWork !== undefined) return ok({ id: atWork.id, serial }); // the same label, read twice
    const open = await lots.current();
    if (!open.ok) return open;
    const how = { lot: open.value?.lot.id ?? null, ask: 'last-registration', confirm: false, hands: true } as const;
    return verifications.verify({ ...how, text: serial, slot, actor });
  }
  return { desk, verifyScanned, recover: verifications.recover, halt: verifications.halt };
}
