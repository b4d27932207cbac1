import { z } from 'zod';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import { attestationFrom, attestationRequestSchema, attestationView } from './attestation.ts';
import { type EnrollmentContent, jsonObjectSchema, type StoredEnrollment, type StoredRegistration } from './records.ts';
import type { DpsSwitches } from './switches.ts';

const twinSchema = z.object({
  tags: jsonObjectSchema.nullish(),
  properties: z.object({ desired: jsonObjectSchema.nullish() }).nullish(),
});

/** A record as clients send it. Null stands for absent; members that the service owns or does not know are ignored. */
const enrollmentRequestSchema = z.object({
  registrationId: z.string(),
  deviceId: z.string().nullish(),
  attestation: attestationRequestSchema,
  capabilities: z.object({ iotEdge: z.boolean().nullish() }).nullish(),
  iotHubHostName: z.string().nullish(),
  allocationPolicy: z.enum(['hashed', 'geoLatency', 'static', 'custom']).nullish(),
  iotHubs: z.array(z.string()).nullish(),
  customAllocationDefinition: z.object({ webhookUrl: z.string(), apiVersion: z.string() }).nullish(),
  initialTwin: twinSchema.nullish(),
  optionalDeviceInformation: jsonObjectSchema.nullish(),
  provisioningStatus: z.enum(['enabled', 'disabled']).nullish(),
  reprovisionPolicy: z
    .object({ updateHubAssignment: z.boolean().nullish(), migrateDeviceData: z.boolean().nullish() })
    .nullish(),
});
type EnrollmentRequest = z.infer<typeof enrollmentRequestSchema>;

/** What an enrollment is judged against. `existing` is the record held for this id, or null. */
export type EnrollmentJudgement = {
  readonly existing: StoredEnrollment | null;
  readonly linkedHubs: readonly string[];
  readonly switches: DpsSwitches;
};

// Azure documentation, hub device identity: no colon, although a registration id may hold one.
const deviceIdPattern = /^[A-Za-z0-9\-.+%_#*?!(),=@$']{1,128}$/;
const deepestNesting = 32;

/** Reads `registrationId` alone, for requests whose other members do not matter (bulk delete). */
export function registrationIdFrom(value: unknown): string | null {
  const parsed = z.object({ registrationId: z.string().min(1) }).safeParse(value);
  return parsed.success ? parsed.data.registrationId : null;
}

/**
 * Checks a whole record and leaves nulls out (except an explicit null of provisioningStatus, which the service
 * echoes). Refuses with 400004 and the first fault found.
 */
export function enrollmentFrom(body: unknown, against: EnrollmentJudgement): Result<EnrollmentContent, Refusal> {
  if (isNestedTooDeeply(body)) return fail(badRequest('The body is nested too deeply.'));
  const parsed = enrollmentRequestSchema.safeParse(body);
  if (!parsed.success) return fail(badRequest(firstFault(parsed.error)));
  const request = parsed.data;
  const fault = faultOf(request, against);
  if (fault !== null) return fail(badRequest(fault));
  const attestation = attestationFrom(request.attestation, against.existing?.attestation ?? null, against.switches);
  if (!attestation.ok) return attestation;
  // Twins and free information are kept as they came: the schema above has only looked at them.
  const raw = body as { initialTwin?: Record<string, unknown> };
  return ok({
    registrationId: against.existing?.registrationId ?? request.registrationId,
    attestation: attestation.value,
    ...settingsFrom(request),
    ...(request.initialTwin && raw.initialTwin && { initialTwin: raw.initialTwin }),
    ...statusFrom(request, against.switches),
  });
}

function settingsFrom(request: EnrollmentRequest): Partial<EnrollmentContent> {
  const { deviceId, iotHubHostName, allocationPolicy, iotHubs, capabilities, reprovisionPolicy } = request;
  return {
    ...(deviceId && { deviceId }),
    ...(capabilities && { capabilities: { iotEdge: capabilities.iotEdge ?? false } }),
    ...(iotHubHostName && { iotHubHostName }),
    ...(allocationPolicy && { allocationPolicy }),
    ...(iotHubs && iotHubs.length > 0 && { iotHubs }),
    ...(request.customAllocationDefinition && { customAllocationDefinition: request.customAllocationDefinition }),
    ...(request.optionalDeviceInformation && { optionalDeviceInformation: request.optionalDeviceInformation }),
    ...(reprovisionPolicy && {
      reprovisionPolicy: {
        updateHubAssignment: reprovisionPolicy.updateHubAssignment ?? true,
        migrateDeviceData: reprovisionPolicy.migrateDeviceData ?? true,
      },
    }),
  };
}

function statusFrom(request: EnrollmentRequest, switches: DpsSwitches): Partial<EnrollmentContent> {
  if (request.provisioningStatus !== undefined) return { provisioningStatus: request.provisioningStatus };
  return switches.absentProvisioningStatus === 'enabled' ? { provisioningStatus: 'enabled' } : {};
}

function faultOf(request: EnrollmentRequest, { linkedHubs, switches }: EnrollmentJudgement): string | null {
  if (!isRegistrationId(request.registrationId, switches)) {
    return 'registrationId: 1 to 128 letters, digits, and - . _ : inside.';
  }
  if (request.deviceId && !deviceIdPattern.test(request.deviceId)) return 'deviceId: not a valid device id.';
  const hubs = [...(request.iotHubs ?? []), ...(request.iotHubHostName ? [request.iotHubHostName] : [])];
  const foreign = hubs.find((hub) => !linkedHubs.some((linked) => linked.toLowerCase() === hub.toLowerCase()));
  if (foreign !== undefined) return `iotHubs: ${foreign.slice(0, 128)} is not linked to this instance.`;
  const custom = request.allocationPolicy === 'custom';
  if (custom !== Boolean(request.customAllocationDefinition)) {
    return 'customAllocationDefinition belongs to allocationPolicy custom, and to no other.';
  }
  return null;
}

/** Azure documentation and specification: letters, digits, `-._:`, 1 to 128, no special character at either end. */
function isRegistrationId(id: string, switches: DpsSwitches): boolean {
  const last = switches.trailingHyphen === 'accept' ? /[A-Za-z0-9-]$/ : /[A-Za-z0-9]$/;
  return /^[A-Za-z0-9][A-Za-z0-9\-._:]{0,127}$/.test(id) && last.test(id);
}

function firstFault(error: z.ZodError): string {
  const issue = error.issues[0];
  const where = issue?.path.join('.') || 'body';
  return `${where}: ${issue?.message ?? 'not valid'}`;
}

/** Deep nesting would overflow the stack when the record is written; a hub refuses twins deeper than ten anyway. */
function isNestedTooDeeply(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= deepestNesting; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** Which parts of a record an answer shows: PUT and GET differ, queries show the least. */
export type EnrollmentView = 'put' | 'get' | 'query';

/** An enrollment as the service shows it (masking as in recorded traffic at api-version 2021-10-01). */
export function enrollmentView(
  enrollment: StoredEnrollment,
  registration: StoredRegistration | undefined,
  view: EnrollmentView,
): Record<string, unknown> {
  const { registrationId, deviceId, attestation, ...rest } = enrollment;
  return {
    registrationId,
    ...(deviceId !== undefined && { deviceId }),
    ...(view === 'get' && { registrationState: registrationView(registrationId, registration) }),
    attestation: attestationView(attestation, view === 'put'),
    ...rest,
  };
}

/** A registration record as the service shows it; a device that never made contact is `unassigned`. */
export function registrationView(
  registrationId: string,
  registration: StoredRegistration | undefined,
): Record<string, unknown> {
  if (registration === undefined) return { registrationId, status: 'unassigned' };
  const { operation: _operation, ...shown } = registration;
  return shown;
}
