import { z } from 'zod';
import { closesOnSchema } from './work-order.ts';

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
  /**
   * Enrollment group through which units come in. Nothing is sent for each unit then, and what follows here belongs to
   * the group itself, so it must be left out.
   */
  group: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?$/, 'expected lower-case letters, digits, and . _ - inside')
    .optional(),
  /** IoT Hub device id: `{serial}`, `{registrationId}` or other text around them; absent: DPS uses the registration id. */
  deviceId: z.string().min(1).optional(),
  provisioningStatus: z.enum(['enabled', 'disabled']).default('enabled'),
  allocationPolicy: z.enum(['hashed', 'geoLatency', 'static', 'custom']).optional(),
  iotHubs: z.array(z.string().min(1)).optional(),
  /** Only with `allocationPolicy` custom: the function that chooses the hub. */
  customAllocationDefinition: z.strictObject({ webhookUrl: z.url(), apiVersion: z.string().min(1) }).optional(),
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

const usbSchema = z.strictObject({
  vendorId: z.string().regex(/^[0-9a-f]{4}$/, 'expected 4 lower-case hex digits'),
  productId: z.string().regex(/^[0-9a-f]{4}$/, 'expected 4 lower-case hex digits'),
});

/**
 * How a board is known again just before its secret is written: by the serial number of its USB adapter (which must then
 * be the board's own), by what the board itself tells as well, or not at all.
 */
const boardIdentitySchema = z.enum(['usb-serial', 'read', 'none']);
/** See {@link boardIdentitySchema}. */
export type BoardIdentity = z.infer<typeof boardIdentitySchema>;

/** Members of every recipe. */
const recipeMembers = {
  schema: z.literal('dps-station/recipe/1'),
  name: z.string().regex(/^[a-z0-9-]{1,64}$/, 'expected a-z, 0-9 and - only'),
  title: z.string().min(1),
  /** What a scanned label looks like: a pattern with a named group `serial`, optionally `mac`. Matched in linear time (RE2 syntax), whole text. */
  label: z.strictObject({ pattern: z.string().min(1) }),
  enrollment: enrollmentPlanSchema,
  /** `twoBadges`: two different people sign when a batch or a return is released. */
  release: z.strictObject({ twoBadges: z.boolean() }).optional(),
  /** How far every passed unit must be before a work order closes that does not say so itself. */
  closesOn: closesOnSchema.optional(),
  /** What a returned unit may be given. */
  returns: z
    .strictObject({
      /** A new certificate stands beside the old one until its board has registered (individual enrollments only). */
      overlap: z.boolean(),
    })
    .optional(),
};

/** An MXChip IoT DevKit, worked on over its configuration console. */
const devkitMembers = {
  board: z.strictObject({
    kind: z.literal('mxchip-devkit'),
    usb: usbSchema,
    baudRate: z.int().positive().default(115_200),
    /** The console of this board does not tell who it is (facts of the DevKit), so `read` is not offered. */
    identity: z.enum(['usb-serial', 'none']).optional(),
  }),
  registrationId: z.strictObject({
    /** `az-{mac}v{version}` is what a sketch with a blank id makes; a fixed id of the sketch is written out with other placeholders. */
    template: z.string().min(1),
    /** Where the MAC comes from: a group of the label, the `AZ-<mac>` line of AP mode, or typed from the board's display. */
    macFrom: z.enum(['label', 'ap-mode', 'display', 'none']),
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
};

const firmwareVersion = z.string().regex(/^\d+\.\d+\.\d+$/, 'expected three numbers with dots, such as 1.6.5');

/** A board with Linux whose serial console ends in a shell. */
const linuxMembers = {
  board: z.strictObject({
    kind: z.literal('linux-shell'),
    usb: usbSchema,
    baudRate: z.int().positive().default(115_200),
    /** `read`: the command `read.identity` tells it. */
    identity: boardIdentitySchema.optional(),
    /** Who logs in where the console asks for it; absent: the console is a shell already. */
    login: z.strictObject({ user: z.string().min(1).max(32), passwordSecret: z.string().min(1).optional() }).optional(),
  }),
  secret: z.strictObject({ storage: z.enum(['rewritable', 'once']) }).default({ storage: 'rewritable' }),
};

/** One command line for the board's shell, without a line end. */
const commandLine = z
  .string()
  .min(1)
  .max(400)
  .regex(/^[^\r\n\0]+$/, 'expected one line');

/** Where a file goes on the board. */
const boardPath = z
  .string()
  .regex(/^\/[A-Za-z0-9._/-]{1,200}$/, 'expected an absolute path of letters, digits, . _ - and /');

/**
 * Kinds of recipes: what to do with one product, as data. Placeholders in templates:
 * `{serial}`, `{mac}` (12 lower-case hex digits), `{version}` (each `.` as `v`), for the device id also
 * `{registrationId}`, and for the registration id of a TPM `{endorsementKeyHash}` (base32, 52 characters).
 */
const recipeKinds = z.discriminatedUnion('kind', [
  /** The certificate comes from the board's own measurement of its firmware and a secret (DICE). */
  z.strictObject({
    kind: z.literal('mxchip-devkit'),
    ...recipeMembers,
    ...devkitMembers,
    firmware: z.strictObject({
      /** SDK version the sketch was compiled with; the board's `version` answer must equal it. */
      version: firmwareVersion,
      bin: pinnedFileSchema,
      map: pinnedFileSchema,
    }),
  }),
  /** The board registers with a symmetric key: its own, made by the station, or one derived from a group's key. */
  z.strictObject({
    kind: z.literal('mxchip-devkit-symmetric-key'),
    ...recipeMembers,
    ...devkitMembers,
    firmware: z.strictObject({ version: firmwareVersion }),
    /** With `enrollment.group`: vault secret with the group's primary key, base64. */
    groupKeySecret: z.string().min(1).optional(),
  }),
  /** A TPM 2.0 holds the identity: the station reads its endorsement key and writes nothing. */
  z.strictObject({
    kind: z.literal('linux-tpm'),
    ...recipeMembers,
    ...linuxMembers,
    registrationId: z.strictObject({ template: z.string().min(1) }).default({ template: '{endorsementKeyHash}' }),
    /** Each prints one TPM2B_PUBLIC in base64 as its last line. */
    read: z.strictObject({
      endorsementKey: commandLine,
      storageRootKey: commandLine.optional(),
      identity: commandLine.optional(),
    }),
  }),
  /** The station makes a P-256 key and has its certificate signed by an issuing CA; both are written to the board. */
  z.strictObject({
    kind: z.literal('x509-station'),
    ...recipeMembers,
    ...linuxMembers,
    registrationId: z.strictObject({ template: z.string().min(1) }),
    issuer: z.strictObject({
      /** PEM of the issuing CA. Absent: each unit's certificate is self-signed (individual enrollments only). */
      certificate: pinnedFileSchema.optional(),
      /** Vault secret with the CA's private key, PKCS#8 PEM. */
      keySecret: z.string().min(1).optional(),
    }),
    // `identity`: with `board.identity` read, prints what tells this board from every other. `signature`: signs its
    // standard input with the board's key (SHA-256) and writes the signature, DER.
    read: z.strictObject({ identity: commandLine.optional(), signature: commandLine.optional() }).optional(),
    validityInDays: z.int().min(1).max(36_500).default(3_650),
    write: z.strictObject({
      key: boardPath,
      /** Leaf first, then the issuing CA. */
      certificate: boardPath,
      /** Run after both files are in place; must end with status 0. */
      afterwards: commandLine.optional(),
    }),
  }),
]);
type RecipeKinds = z.infer<typeof recipeKinds>;

/** Reads the recipes of before there were kinds: they are all of the DevKit with its certificate. */
function withKind(value: unknown): unknown {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord && !('kind' in value) ? { kind: 'mxchip-devkit', ...value } : value;
}

/** What templates may ask for, and where it comes from. */
function placeholdersOf(kind: RecipeKinds['kind']): readonly string[] {
  if (kind === 'linux-tpm') return ['serial', 'endorsementKeyHash'];
  return kind === 'x509-station' ? ['serial'] : ['serial', 'mac', 'version'];
}

function unknownPlaceholder(template: string, known: readonly string[]): string | undefined {
  return [...template.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '').find((name) => !known.includes(name));
}

type Complaint = { readonly path: string[]; readonly message: string };

function* templateComplaints(recipe: RecipeKinds): Generator<Complaint> {
  const known = placeholdersOf(recipe.kind);
  const templates = [
    { template: recipe.registrationId.template, path: ['registrationId', 'template'], may: known },
    { template: recipe.enrollment.deviceId, path: ['enrollment', 'deviceId'], may: [...known, 'registrationId'] },
  ];
  for (const { template, path, may } of templates) {
    if (template === undefined) continue;
    const unknown = unknownPlaceholder(template, may);
    if (unknown !== undefined) {
      yield { path, message: `{${unknown}} is unknown; use ${may.map((name) => `{${name}}`).join(', ')}` };
    }
    const noMac = 'macFrom' in recipe.registrationId && recipe.registrationId.macFrom === 'none';
    if (template.includes('{mac}') && noMac) {
      yield { path, message: '{mac} needs registrationId.macFrom to say where it comes from' };
    }
  }
}

/** Members of the plan that belong to an enrollment of its own. */
const ownMembers = [
  ...(['deviceId', 'allocationPolicy', 'iotHubs', 'customAllocationDefinition', 'iotEdge'] as const),
  ...(['reprovisionPolicy', 'initialTwin', 'optionalDeviceInformation'] as const),
];

function* groupComplaints(recipe: RecipeKinds): Generator<Complaint> {
  const { group } = recipe.enrollment;
  const groupKey = 'groupKeySecret' in recipe ? recipe.groupKeySecret : undefined;
  if (group === undefined) {
    if (groupKey !== undefined) yield { path: ['groupKeySecret'], message: 'it needs enrollment.group' };
    return;
  }
  const belongs = ownMembers.find((name) => recipe.enrollment[name] !== undefined);
  if (belongs !== undefined) {
    yield { path: ['enrollment', belongs], message: 'it belongs to the group; leave it out here' };
  }
  if (recipe.kind === 'mxchip-devkit') {
    yield {
      path: ['enrollment', 'group'],
      message: 'a DICE certificate is signed by the board itself: no group holds it',
    };
  }
  if (recipe.kind === 'linux-tpm') yield { path: ['enrollment', 'group'], message: 'DPS has no groups of TPMs' };
  if (recipe.kind === 'mxchip-devkit-symmetric-key' && groupKey === undefined) {
    yield { path: ['groupKeySecret'], message: 'it names the vault secret with the key of the group' };
  }
  if (recipe.kind === 'x509-station' && recipe.issuer.certificate === undefined) {
    yield { path: ['issuer', 'certificate'], message: 'units of a group need certificates of its issuing CA' };
  }
}

function* otherComplaints(recipe: RecipeKinds): Generator<Complaint> {
  const { allocationPolicy, customAllocationDefinition } = recipe.enrollment;
  if ((allocationPolicy === 'custom') !== (customAllocationDefinition !== undefined)) {
    const message = 'it belongs to allocationPolicy custom, and to no other';
    yield { path: ['enrollment', 'customAllocationDefinition'], message };
  }
  if (recipe.board.identity === 'read' && identityCommandOf(recipe) === null) {
    yield { path: ['read', 'identity'], message: 'board.identity "read" needs the command that tells it' };
  }
  if (recipe.kind === 'x509-station') {
    const { certificate, keySecret } = recipe.issuer;
    if ((certificate === undefined) !== (keySecret === undefined)) {
      yield { path: ['issuer', 'keySecret'], message: 'the CA and its key go together' };
    }
  }
}

/** See {@link Recipe}; what could not be carried out is refused here, not at the first unit. */
export const recipeSchema = z.preprocess(withKind, recipeKinds).superRefine((recipe, context) => {
  for (const complaint of [...templateComplaints(recipe), ...groupComplaints(recipe), ...otherComplaints(recipe)]) {
    context.addIssue({ code: 'custom', ...complaint });
  }
});
/** A recipe that was read and checked. */
export type Recipe = z.infer<typeof recipeSchema>;

/** A recipe of one kind. */
export type RecipeOf<Kind extends Recipe['kind']> = Extract<Recipe, { kind: Kind }>;

/** The command that tells a board from every other; null: its recipe has none. */
export function identityCommandOf(recipe: RecipeKinds): string | null {
  return 'read' in recipe ? (recipe.read?.identity ?? null) : null;
}

/** How a board is known again; see {@link BoardIdentity}. */
export function boardIdentityOf(recipe: Recipe): BoardIdentity {
  return recipe.board.identity ?? 'usb-serial';
}

/** Where a recipe takes the MAC of a unit from. */
export type MacSource = 'label' | 'ap-mode' | 'display' | 'none';

/** See {@link MacSource}; boards that are known by other means need none. */
export function macSourceOf(recipe: Recipe): MacSource {
  return 'macFrom' in recipe.registrationId ? recipe.registrationId.macFrom : 'none';
}
