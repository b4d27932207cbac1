import { z } from 'zod';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import { attestationRequestSchema } from './attestation.ts';
import { type EntrySettings, jsonObjectSchema } from './records.ts';
import type { DpsSwitches } from './switches.ts';

/* What individual enrollments and enrollment groups have in common. */

const twinSchema = z.object({
  tags: jsonObjectSchema.nullish(),
  properties: z.object({ desired: jsonObjectSchema.nullish() }).nullish(),
});

/** Members of both kinds as clients send them. Null stands for absent; members that the service owns or does not know are ignored. */
export const entryRequestSchema = z.object({
  attestation: attestationRequestSchema,
  capabilities: z.object({ iotEdge: z.boolean().nullish() }).nullish(),
  iotHubHostName: z.string().nullish(),
  allocationPolicy: z.enum(['hashed', 'geoLatency', 'static', 'custom']).nullish(),
  iotHubs: z.array(z.string()).nullish(),
  customAllocationDefinition: z.object({ webhookUrl: z.string(), apiVersion: z.string() }).nullish(),
  initialTwin: twinSchema.nullish(),
  provisioningStatus: z.enum(['enabled', 'disabled']).nullish(),
  reprovisionPolicy: z
    .object({ updateHubAssignment: z.boolean().nullish(), migrateDeviceData: z.boolean().nullish() })
    .nullish(),
});
type EntryRequest = z.infer<typeof entryRequestSchema>;

const deepestNesting = 32;

/** Parses a whole record by `schema`; 400004 with the first fault found. */
export function parsedEntry<Schema extends z.ZodType>(schema: Schema, body: unknown): Result<z.infer<Schema>, Refusal> {
  if (isNestedTooDeeply(body)) return fail(badRequest('The body is nested too deeply.'));
  const parsed = schema.safeParse(body);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return fail(badRequest(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not valid'}`));
}

/**
 * The settings without nulls (except an explicit null of provisioningStatus, which the service echoes). Twins are kept
 * as they came in `body`: the schema has only looked at them.
 */
export function settingsFrom(request: EntryRequest, body: unknown, switches: DpsSwitches): EntrySettings {
  const { iotHubHostName, allocationPolicy, iotHubs, capabilities, reprovisionPolicy } = request;
  const { initialTwin } = body as { initialTwin?: Record<string, unknown> };
  return {
    ...(capabilities && { capabilities: { iotEdge: capabilities.iotEdge ?? false } }),
    ...(iotHubHostName && { iotHubHostName }),
    ...(allocationPolicy && { allocationPolicy }),
    ...(iotHubs && iotHubs.length > 0 && { iotHubs }),
    ...(request.customAllocationDefinition && { customAllocationDefinition: request.customAllocationDefinition }),
    ...(reprovisionPolicy && {
      reprovisionPolicy: {
        updateHubAssignment: reprovisionPolicy.updateHubAssignment ?? true,
        migrateDeviceData: reprovisionPolicy.migrateDeviceData ?? true,
      },
    }),
    ...(request.initialTwin && initialTwin && { initialTwin }),
    ...statusFrom(request, switches),
  };
}

function statusFrom(request: EntryRequest, switches: DpsSwitches): EntrySettings {
  if (request.provisioningStatus !== undefined) return { provisioningStatus: request.provisioningStatus };
  return switches.absentProvisioningStatus === 'enabled' ? { provisioningStatus: 'enabled' } : {};
}

/** What is wrong with the hubs that an entry names, or null. */
export function hubsFault(request: EntryRequest, linkedHubs: readonly string[]): string | null {
  const hubs = [...(request.iotHubs ?? []), ...(request.iotHubHostName ? [request.iotHubHostName] : [])];
  const foreign = hubs.find((hub) => !linkedHubs.some((linked) => linked.toLowerCase() === hub.toLowerCase()));
  if (foreign !== undefined) return `iotHubs: ${foreign.slice(0, 128)} is not linked to this instance.`;
  const custom = request.allocationPolicy === 'custom';
  if (custom !== Boolean(request.customAllocationDefinition)) {
    return 'customAllocationDefinition belongs to allocationPolicy custom, and to no other.';
  }
  return null;
}

/**
 * Whether a text can be a registration id or a group id. Azure documentation and specification: letters, digits,
 * `-._:`, 1 to 128, no special character at either end.
 */
export function isEntryId(id: string, switches: DpsSwitches): boolean {
  const last = switches.trailingHyphen === 'accept' ? /[A-Za-z0-9-]$/ : /[A-Za-z0-9]$/;
  return /^[A-Za-z0-9][A-Za-z0-9\-._:]{0,127}$/.test(id) && last.test(id);
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
