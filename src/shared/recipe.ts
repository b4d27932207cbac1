import { z } from 'zod';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits (SHA-256)');

/** A file of the recipe, relative to the recipe's own folder, pinned by its SHA-256. */
const pinnedFileSchema = z.strictObject({ file: z.string().min(1), sha256: sha256Hex });

/** Members that typed clients of the service claim for themselves inside a twin (Azure/azure-cli#30610). */
const reservedTwinMembers = ['version', 'count', 'metadata'];
const twinPartSchema = z
  .record(z.string(), z.json())
  .refine((part) => !Object.keys(part).some((name) => reservedTwinMembers.includes(name)), {
    error: 'the names version, count and metadata are reserved in a twin',
  });

/** What the enrollment of a unit gets besides its credential (DPS REST API 2021-10-01, IndividualEnrollment). */
export const enrollmentPlanSchema = z.strictObject({
  /** Named DPS instance of the settings. */
  instance: z.string().min(1).default('default'),
  /** IoT Hub device id: `{serial}`, `{registrationId}` or other text around them; absent: DPS uses the registration id. */
  deviceId: z.string().min(1).optional(),
  provisioningStatus: z.enum(['enabled', 'disabled']).default('enabled'),
  allocationPolicy: z.enum(['hashed', 'geoLatency', 'static']).optional(),
  iotHubs: z.array(z.string().min(1)).optional(),
  iotEdge: z.boolean().optional(),
  reprovisionPolicy: z.strictObject({ updateHubAssignment: z.boolean(), migrateDeviceData: z.boolean() }).optional(),
  initialTwin: z
    .strictObject({
      tags: twinPartSchema.optional(),
      properties: z.strictObject({ desired: twinPartSchema }).optional(),
    })
    .optional(),
  optionalDeviceInformation: z.record(z.string(), z.json()).optional(),
});
/** See {@link enrollmentPlanSchema}. */
export type EnrollmentPlan = z.infer<typeof enrollmentPlanSchema>;

/**
 * A recipe: what to do with one product, as data. Placeholders in templates:
 * `{serial}`, `{mac}` (12 lower-case hex digits), `{version}` (each `.` as `v`), and for the device id
 * `{registrationId}`.
 */
const recipeObject = z.strictObject({
  schema: z.literal('dps-station/recipe/1'),
  name: z.string().regex(/^[a-z0-9-]{1,64}$/, 'expected a-z, 0-9 and - only'),
  title: z.string().min(1),
  board: z.strictObject({
    kind: z.literal('mxchip-devkit'),
    usb: z.strictObject({
      vendorId: z.string().regex(/^[0-9a-f]{4}$/),
      productId: z.string().regex(/^[0-9a-f]{4}$/),
    }),
    baudRate: z.int().positive().default(115_200),
  }),
  /** What a scanned label looks like: a pattern with a named group `serial`, optionally `mac`. Matched in linear time (RE2 syntax), whole text. */
  label: z.strictObject({ pattern: z.string().min(1) }),
  registrationId: z.strictObject({
    /** `az-{mac}v{version}` is what a sketch with a blank id makes; a fixed id of the sketch is written out with other placeholders. */
    template: z.string().min(1),
    /** Where the MAC comes from: a group of the label, the `AZ-<mac>` line of AP mode, or typed from the board's display. */
    macFrom: z.enum(['label', 'ap-mode', 'display', 'none']),
  }),
  firmware: z.strictObject({
    /** SDK version the sketch was compiled with; the board's `version` answer must equal it. */
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    bin: pinnedFileSchema,
    map: pinnedFileSchema,
  }),
  secret: z.strictObject({
    /** `once`: the storage is never written a second time. */
    storage: z.enum(['rewritable', 'once']),
  }),
  /** `keep`: leave the board's Wi-Fi alone. `set`: store the line's network. `clear`: store the network's name but no password. */
  wifi: z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('keep') }),
    z.strictObject({ do: z.literal('set'), ssid: z.string().min(1).max(31), passwordSecret: z.string().min(1) }),
    z.strictObject({ do: z.literal('clear'), ssid: z.string().min(1).max(31).optional() }),
  ]),
  enrollment: enrollmentPlanSchema,
});
/** What templates may ask for, and where it comes from. */
const placeholders = {
  registrationId: ['serial', 'mac', 'version'],
  deviceId: ['serial', 'mac', 'version', 'registrationId'],
} as const;

function unknownPlaceholder(template: string, known: readonly string[]): string | undefined {
  return [...template.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '').find((name) => !known.includes(name));
}

/** See {@link Recipe}; a template that could not be filled is refused here, not at the first unit. */
export const recipeSchema = recipeObject.superRefine((recipe, context) => {
  const check = (template: string | undefined, known: readonly string[], path: string[]): void => {
    if (template === undefined) return;
    const unknown = unknownPlaceholder(template, known);
    if (unknown !== undefined) {
      context.addIssue({
        code: 'custom',
        path,
        message: `{${unknown}} is unknown; use ${known.map((name) => `{${name}}`).join(', ')}`,
      });
    }
    if (template.includes('{mac}') && recipe.registrationId.macFrom === 'none') {
      context.addIssue({
        code: 'custom',
        path,
        message: '{mac} needs registrationId.macFrom to say where it comes from',
      });
    }
  };
  check(recipe.registrationId.template, placeholders.registrationId, ['registrationId', 'template']);
  check(recipe.enrollment.deviceId, placeholders.deviceId, ['enrollment', 'deviceId']);
});
/** A recipe that was read and checked. */
export type Recipe = z.infer<typeof recipeSchema>;
