import type { Agent } from 'node:https';
import { createRequire } from 'node:module';
import type { SecureVersion } from 'node:tls';
import { ProvisioningDeviceClient, type RegistrationResult } from 'azure-iot-provisioning-device';
import { Http } from 'azure-iot-provisioning-device-http';
import type { ProvisioningServiceClient } from 'azure-iot-provisioning-service';
import { SymmetricKeySecurityClient } from 'azure-iot-security-symmetric-key';
import { X509Security } from 'azure-iot-security-x509';
import type { DpsReady } from '../../src/shared/bench.ts';
import type { Credential } from './dps-bench.ts';
import { agentFor } from './official-service.ts';
import type { SoftTpm } from './soft-tpm.ts';

/* Microsoft's own clients of devices, and what their service client says badly, pointed at a port of this machine. */

type WithOptions = { setOptions: (options: { http: { agent: Agent } }) => void };
/** The package does not export this type by name. */
type BulkEnrollmentOperation = Parameters<ProvisioningServiceClient['runBulkEnrollmentOperation']>[0];
type HttpBase = ConstructorParameters<typeof Http>[0];

/** Runs a bulk in the callback form: the promise form of version 1.11.2 never settles. */
export function officialBulk(client: ProvisioningServiceClient, operation: object) {
  return new Promise<{ isSuccessful: boolean; errors: { registrationId: string; errorCode: number }[] }>(
    (done, failed) => {
      client.runBulkEnrollmentOperation(operation as BulkEnrollmentOperation, (error, result) => {
        if (error || result === undefined) failed(error ?? new Error('no result'));
        else done(result);
      });
    },
  );
}

/** What a device proves itself with: an object of Microsoft's security packages, or one with the same calls. */
type Security = Parameters<typeof ProvisioningDeviceClient.create>[3];

/** Registers with `azure-iot-provisioning-device` over HTTP, as a device in the field does. */
export async function officialRegisterWith(
  ready: DpsReady,
  security: Security,
  tlsVersion?: SecureVersion,
): Promise<RegistrationResult> {
  // The very copy of the HTTP layer that the package uses, so that it takes the agent.
  const requireThere = createRequire(createRequire(import.meta.url).resolve('azure-iot-provisioning-device-http'));
  const { Http: Base } = requireThere('azure-iot-http-base') as { Http: new () => WithOptions };
  const base = new Base();
  const agent = agentFor(ready, tlsVersion);
  base.setOptions({ http: { agent } });
  const transport = new Http(base as unknown as NonNullable<HttpBase>);
  try {
    const client = ProvisioningDeviceClient.create(ready.host, ready.idScope, transport, security);
    return (await client.register()) as RegistrationResult;
  } finally {
    agent.destroy();
  }
}

/** The same with a certificate (which may bring its chain) and its key. */
export async function officialRegister(
  ready: DpsReady,
  registrationId: string,
  credential: Credential,
  tlsVersion?: SecureVersion,
): Promise<RegistrationResult> {
  const security = new X509Security(registrationId, { cert: credential.certPem, key: credential.keyPem });
  return officialRegisterWith(ready, security, tlsVersion);
}

/** The same with a symmetric key, base64: the device's own or one derived from a group's. */
export async function officialRegisterKeyed(ready: DpsReady, registrationId: string, key: string) {
  // Two copies of one class: the package's own and the one that the client's typings mean.
  return officialRegisterWith(ready, new SymmetricKeySecurityClient(registrationId, key) as unknown as Security);
}

/** A TPM as the device package calls it: five calls that end in a callback. */
export function tpmSecurity(tpm: SoftTpm, registrationId: string): Security {
  // Typed without null, which is what stands there in success.
  const none = null as unknown as Error;
  const told = <T>(work: Promise<T>, callback: (error: Error, value?: T) => void): void =>
    void work.then(
      (value) => callback(none, value),
      (error: Error) => callback(error),
    );
  return {
    getEndorsementKey: (callback: (error: Error, key?: Buffer) => void) => callback(none, tpm.endorsementKey),
    getStorageRootKey: (callback: (error: Error, key?: Buffer) => void) => callback(none, tpm.storageRootKey),
    getRegistrationId: (callback: (error: Error, id?: string) => void) => callback(none, registrationId),
    activateIdentityKey: (blob: Buffer, callback: (error: Error) => void) => told(tpm.activate(blob), callback),
    signWithIdentity: (data: Buffer, callback: (error: Error, signature?: Buffer) => void) =>
      told(tpm.sign(data), callback),
  } as Security;
}
