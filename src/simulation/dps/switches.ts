/**
 * What the public sources on DPS leave open, one named switch each. The default is the answer that is hardest on a
 * client, so that a client which gets along with the simulator does not lean on a guess.
 */
export type DpsSwitches = {
  /** Weight of a bulk against the operations limit. The documentation calls a bulk one API call and says no more. */
  readonly bulkWeight: 'call' | 'item';
  /** The same registration id twice in one bulk. Users report a refusal of the whole call. */
  readonly bulkDuplicateIds: 'refuse-call' | 'per-item';
  /** Bulk `update` of an id that is not there. */
  readonly bulkUpdateOfAbsent: 'not-found' | 'create';
  /** PUT with If-Match on an id that is not there. */
  readonly putIfMatchOfAbsent: 'not-found' | 'create';
  /** PUT that changes the attestation type of an enrollment. The portal forbids it. */
  readonly attestationTypeChange: 'refuse' | 'allow';
  /** A certificate slot sent back with `info` and without `certificate`. */
  readonly certificateInfoOnly: 'refuse' | 'keep';
  /** An update of a symmetric-key enrollment that sends no keys. */
  readonly symmetricKeysOmitted: 'regenerate' | 'keep';
  /** What answers show when a request did not name `provisioningStatus` at all. (An explicit null is echoed.) */
  readonly absentProvisioningStatus: 'omit' | 'enabled';
  /** A query other than `SELECT *` or `*`. No filter grammar is documented. */
  readonly unknownQuery: 'refuse' | 'list-all';
  /** A registration id that ends in a hyphen: the documentation allows it, the specification does not. */
  readonly trailingHyphen: 'refuse' | 'accept';
  /** Letter case when the certificate's common name is compared with the registration id. */
  readonly commonNameCase: 'exact' | 'ignore';
  /** Whether a disabled enrollment is told to the device at once or after the polls. HTTP 200 in both cases. */
  readonly disabledAnswer: 'at-register' | 'after-polling';
  /** List of registrations of a group that does not exist (any more); the records of a deleted group stay. */
  readonly unknownGroupQuery: 'empty' | 'not-found';
  /** `deviceId` or `optionalDeviceInformation` on a group: the specification has neither, and is silent on a request with one. */
  readonly groupForeignMembers: 'refuse' | 'ignore';
  /** Whether a group's signing certificate must be that of an authority (RFC 5280); no source on what the service checks. */
  readonly signingCertificateRole: 'authority' | 'any';
  /**
   * Where the chain of a group's device must end. The documentation asks for an authority verified by proof of
   * possession; whether the group's own signing certificate could stand for it is not said.
   */
  readonly groupChainEnd: 'verified-authority' | 'signing-certificate';
  /** Whether an individually enrolled certificate must be within its dates at registration; documented for chains only. */
  readonly individualDates: 'check' | 'ignore';
  /** Letter case of the registration id from which the service derives a group's device key. */
  readonly groupKeyCase: 'as-sent' | 'lower';
  /** A device without an enrollment of its own that no group of its kind lets in: 401 is documented for chains, 404201 for unknown ids. */
  readonly unmatchedByGroups: 'unauthorized' | 'not-found';
  /** `custom` needs a webhook, which this simulator does not call: such a registration fails, or counts as hashed. */
  readonly customAllocation: 'fail' | 'hashed';
  /** Policy "reset" when the hub stays: documented as often used for a factory reset without changing hubs, no more. */
  readonly resetOnSameHub: 'reset' | 'keep';
  /** Digest of the thumbprint that a hub gets; hubs take either. */
  readonly hubThumbprint: 'sha256' | 'sha1';
  /** Error code of a stale If-Match: only the status 412 is documented. */
  readonly preconditionFailedCode: number;
  /** Error code of a throttled call: only the status 429 is documented. */
  readonly throttledCode: number;
  /** Error code for a registration record that is not there: 404202 was seen by users, undocumented. */
  readonly registrationNotFoundCode: number;
  /**
   * A device that registers while its registration is under way starts over, or is refused with 409203. The code is in the
   * tests of Azure/azure-iot-sdk-c; how close calls must be is not said, and devices whose answer was lost call again.
   */
  readonly overlappingRegistration: 'starts-over' | 'precondition-failed';
  /** Polls answered with `assigning` before the final one; at least 1. */
  readonly assigningPolls: number;
  /** Polls of one device in 10 seconds (documented: 5), or null for no limit, so that power-up tests need not wait. */
  readonly pollsPerTenSeconds: number | null;
};

/** The strict defaults of {@link DpsSwitches}. */
export const strictSwitches: DpsSwitches = {
  bulkWeight: 'call',
  bulkDuplicateIds: 'refuse-call',
  bulkUpdateOfAbsent: 'not-found',
  putIfMatchOfAbsent: 'not-found',
  attestationTypeChange: 'refuse',
  certificateInfoOnly: 'refuse',
  symmetricKeysOmitted: 'regenerate',
  absentProvisioningStatus: 'omit',
  unknownQuery: 'refuse',
  trailingHyphen: 'refuse',
  commonNameCase: 'exact',
  disabledAnswer: 'at-register',
  unknownGroupQuery: 'empty',
  groupForeignMembers: 'refuse',
  signingCertificateRole: 'authority',
  groupChainEnd: 'verified-authority',
  individualDates: 'check',
  groupKeyCase: 'as-sent',
  unmatchedByGroups: 'unauthorized',
  customAllocation: 'fail',
  resetOnSameHub: 'reset',
  hubThumbprint: 'sha256',
  preconditionFailedCode: 412_201,
  throttledCode: 429_001,
  registrationNotFoundCode: 404_202,
  overlappingRegistration: 'starts-over',
  assigningPolls: 1,
  pollsPerTenSeconds: null,
};
