import { createHash, X509Certificate } from 'node:crypto';
import { base32 } from '../../../main/identity/base32.ts';
import type { BoardClock } from '../board-clock.ts';
import type { CloudOutcome, DeviceCloud, DeviceCredential, DeviceTpm } from '../device-cloud.ts';

/** Where the agent of a simulated Linux board finds its files. */
export const agentFiles = {
  key: '/etc/dps/device.key',
  certificate: '/etc/dps/device.pem',
  id: '/etc/dps/id',
} as const;

/** Version of the device API that current device packages speak. */
const apiVersion = '2019-03-31';

/** The agent's surroundings. */
export type AgentOptions = {
  readonly read: (path: string) => Buffer | null;
  readonly tpm: DeviceTpm;
  readonly cloud: DeviceCloud | null;
  readonly idScope: string;
  readonly clock: BoardClock;
  /** Pause between two attempts, in milliseconds. */
  readonly retryInMs: number;
  /** Told of each attempt. */
  readonly onOutcome: (registrationId: string, outcome: CloudOutcome) => void;
};

/**
 * The program on the board that registers it: with the certificate of {@link agentFiles} when there is one, else with
 * the TPM. It tries until it was assigned, as a service that is restarted when it fails. Ends with `life`.
 */
export async function runAgent(options: AgentOptions, life: AbortSignal): Promise<void> {
  while (!life.aborted) {
    const who = identityOf(options);
    const outcome: CloudOutcome =
      options.cloud === null
        ? { kind: 'failed', reason: 'no provisioning service in reach' }
        : await options.cloud.register({
            ...who,
            idScope: options.idScope,
            apiVersion,
            onAssigning: () => {},
            signal: life,
          });
    if (life.aborted) return;
    options.onOutcome(who.registrationId, outcome);
    if (outcome.kind === 'assigned' || options.cloud === null) return;
    await new Promise<void>((resolve) => {
      const cancel = options.clock.after(options.retryInMs, resolve);
      const end = (): void => {
        cancel();
        resolve();
      };
      life.addEventListener('abort', end, { once: true });
    });
  }
}

function identityOf({ read, tpm }: AgentOptions): { registrationId: string; credential: DeviceCredential } {
  const key = read(agentFiles.key);
  const chain = read(agentFiles.certificate);
  if (key !== null && chain !== null) {
    const certificatePem = chain.toString('latin1');
    const { subject } = new X509Certificate(certificatePem);
    const registrationId = /^CN=(.+)$/m.exec(subject)?.[1] ?? '';
    return { registrationId, credential: { kind: 'certificate', certificatePem, keyPem: key.toString('latin1') } };
  }
  const hash = createHash('sha256').update(Buffer.from(tpm.endorsementKey, 'base64')).digest();
  const given = read(agentFiles.id)?.toString('latin1').trim();
  return { registrationId: given || base32(hash), credential: { kind: 'tpm', tpm } };
}
