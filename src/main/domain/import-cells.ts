import { fail, ok, type Result } from '../../shared/result.ts';
import { isJsonObject, type JsonObject } from './enrollment-rules.ts';

/** Names of the reprovisioning policies (Azure documentation, concepts-device-reprovision). */
const reprovisionPolicies: Readonly<Record<string, JsonObject>> = {
  migrate: { updateHubAssignment: true, migrateDeviceData: true },
  reset: { updateHubAssignment: true, migrateDeviceData: false },
  never: { updateHubAssignment: false, migrateDeviceData: false },
};

/** A column of tags: `tags.line`, or `tags.place.hall` for a member of a member. */
const tagColumn = /^tags(\.[A-Za-z][A-Za-z0-9_-]{0,63}){1,8}$/;

/** Whether a column holds a tag of the initial twin. */
export function isTagColumn(name: string): boolean {
  return tagColumn.test(name);
}

/**
 * The enrollment record of one row of a table; empty cells are left out. What is said of a column is checked here, what
 * a value means is the judge's business. A failure is a reason, which quotes no cell: keys stand in cells.
 */
export function recordFromCells(cells: JsonObject): Result<JsonObject, string> {
  const given = Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== null && value !== ''));
  const attestation = attestationFrom(given);
  if (!attestation.ok) return attestation;
  const twin = twinFrom(given);
  if (!twin.ok) return twin;
  const information = objectFrom(given, 'optionalDeviceInformation');
  if (!information.ok) return information;
  const { reprovisionPolicy: policy, iotEdge, iotHubs } = given;
  const reprovisionPolicy = policy === undefined ? undefined : reprovisionPolicies[String(policy)];
  if (policy !== undefined && reprovisionPolicy === undefined) {
    return fail('reprovisionPolicy is migrate, reset or never');
  }
  const edge = iotEdge === undefined ? undefined : edgeFrom(iotEdge);
  if (edge === null) return fail('iotEdge is true or false');
  const record = {
    registrationId: textFrom(given['registrationId']),
    deviceId: textFrom(given['deviceId']),
    attestation: attestation.value,
    provisioningStatus: given['provisioningStatus'],
    allocationPolicy: given['allocationPolicy'],
    iotHubs: typeof iotHubs === 'string' ? iotHubs.split(/[\s;,|]+/).filter((hub) => hub !== '') : iotHubs,
    initialTwin: twin.value,
    optionalDeviceInformation: information.value,
    reprovisionPolicy,
    capabilities: edge === undefined ? undefined : { iotEdge: edge },
  };
  return ok(Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

/** A serial number may have been written as a number. */
function textFrom(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

function edgeFrom(value: unknown): boolean | null {
  const text = String(value).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : null;
}

/** Columns of each kind of credential. */
const credentialColumns = {
  tpm: ['endorsementKey'],
  x509: ['certificate', 'secondaryCertificate'],
  symmetricKey: ['primaryKey', 'secondaryKey'],
} as const;
type Kind = keyof typeof credentialColumns;
const kinds = Object.keys(credentialColumns) as Kind[];

function attestationFrom(given: JsonObject): Result<JsonObject, string> {
  const filled = kinds.filter((kind) => credentialColumns[kind].some((column) => given[column] !== undefined));
  const { attestation: named } = given;
  const [found, ...more] = filled;
  if (more.length > 0) return fail(`it holds credentials of ${filled.length} kinds: ${filled.join(', ')}`);
  if (named !== undefined && !kinds.includes(named as Kind)) return fail(`attestation is ${kinds.join(', ')}`);
  if (named !== undefined && found !== undefined && named !== found) {
    return fail(`attestation says ${String(named)}, but the row holds ${credentialColumns[found].join(' or ')}`);
  }
  const kind = found ?? (named as Kind | undefined);
  switch (kind) {
    case undefined:
      return fail('it holds no endorsementKey, no certificate and no primaryKey');
    case 'tpm':
      return ok({ type: 'tpm', tpm: { endorsementKey: given['endorsementKey'] } });
    case 'symmetricKey':
      return ok({
        type: 'symmetricKey',
        symmetricKey: only({ primaryKey: given['primaryKey'], secondaryKey: given['secondaryKey'] }),
      });
    case 'x509': {
      const slots = { primary: slot(given['certificate']), secondary: slot(given['secondaryCertificate']) };
      return ok({ type: 'x509', x509: { clientCertificates: only(slots) } });
    }
  }
}

function slot(certificate: unknown): JsonObject | undefined {
  return certificate === undefined ? undefined : { certificate };
}

function only(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined));
}

/** A member that is a JSON object, or a text that holds one. */
function objectFrom(given: JsonObject, column: string): Result<JsonObject | undefined, string> {
  const value = given[column];
  if (value === undefined || isJsonObject(value)) return ok(value);
  try {
    const parsed: unknown = JSON.parse(String(value));
    if (isJsonObject(parsed)) return ok(parsed);
  } catch {
    // Said below, without the parser's message: it would quote the cell.
  }
  return fail(`${column} is no JSON object`);
}

/** The initial twin, with the tags that stand in columns of their own put in. */
function twinFrom(given: JsonObject): Result<JsonObject | undefined, string> {
  const twin = objectFrom(given, 'initialTwin');
  const columns = Object.keys(given).filter((name) => isTagColumn(name));
  if (!twin.ok || columns.length === 0) return twin;
  const own = twin.value?.['tags'] ?? {};
  if (!isJsonObject(own)) return fail('the tags of initialTwin are no JSON object');
  let tags: JsonObject = own;
  for (const column of columns) {
    const more = withTag(tags, column.split('.').slice(1), given[column]);
    if (more === null) return fail(`${column} is inside another tag that is a value`);
    tags = more;
  }
  return ok({ ...twin.value, tags });
}

/** These tags and one more; null when a value stands in its way. */
function withTag(tags: JsonObject, [name = '', ...inside]: readonly string[], value: unknown): JsonObject | null {
  if (inside.length === 0) return { ...tags, [name]: value };
  const held = Object.hasOwn(tags, name) ? tags[name] : {};
  const more = isJsonObject(held) ? withTag(held, inside, value) : null;
  return more === null ? null : { ...tags, [name]: more };
}
