/** A JSON object of any content. */
export type JsonObject = { readonly [name: string]: unknown };

/**
 * How a device proves itself to its hub. A hub calls every device with thumbprints `selfSigned`, also one whose
 * certificate an authority signed (Azure CLI integration tests). Keys are base64; thumbprints are upper-case hex of
 * the SHA-1 or SHA-256 digest over the DER.
 */
export type HubAuthentication =
  | { readonly type: 'sas'; readonly symmetricKey: { readonly primaryKey: string; readonly secondaryKey: string } }
  | {
      readonly type: 'selfSigned';
      readonly x509Thumbprint: { readonly primaryThumbprint: string; readonly secondaryThumbprint: string | null };
    };

/** What a provisioning service decides about a device: its identity and the part of the twin that travels. */
export type HubDevice = {
  readonly deviceId: string; // case-sensitive
  readonly authentication: HubAuthentication;
  readonly iotEdge: boolean;
  readonly twin: { readonly tags: JsonObject; readonly desired: JsonObject };
};

/**
 * The hubs linked to a provisioning service, as that service acts on them. Names are compared without letter case,
 * device ids with it. Changes are durable with the hubs' own state.
 */
export interface LinkedHubs {
  /** Host names, in the order in which they were linked. */
  names(): readonly string[];
  /** The device as this hub holds it; null when it holds none, or there is no such hub. */
  device(hub: string, deviceId: string): HubDevice | null;
  /** Creates the identity, or changes credentials, capabilities and twin of the one that is there. Throws for a hub that is not linked. */
  put(hub: string, device: HubDevice): void;
  /** Deletes the identity with its twin and cuts its connections; nothing happens when there is none. */
  remove(hub: string, deviceId: string): void;
  /** Resolves when every change made so far is on disk. */
  settled(): Promise<void>;
}
