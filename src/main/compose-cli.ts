import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { connect } from '../shared/link/connect.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { readSettings } from './adapters/files/settings-file.ts';
import { defaultDataFolder, makeModeFolder } from './adapters/files/station-folder.ts';
import { presenceFromById } from './adapters/line/by-id-finder.ts';
import { createSerialportFinder } from './adapters/line/serialport-finder.ts';
import { connectLocalLink } from './adapters/local-link/local-link.ts';
import { createBooks } from './adapters/sqlite/station-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { systemRandom } from './adapters/system/system-random.ts';
import type { AskPassphrase, CliTools, UsableRecipe } from './cli/tools.ts';
import { openStation } from './compose.ts';
import type { SignInPrompt } from './compose-access.ts';
import { trustTools } from './compose-audit.ts';
import { cliPeople } from './compose-cli-people.ts';
import { acceptClock } from './compose-clock.ts';
import { examine } from './compose-doctor.ts';
import { checkAgainstBooks, checkImportFile, importFile } from './compose-import.ts';
import { places } from './compose-places.ts';
import { reachStation } from './compose-reach.ts';
import { loadRecipe } from './compose-recipe.ts';
import { runSimulation, startSimulation } from './compose-simulation.ts';
import { createVaults, type Vaults } from './compose-vault.ts';
import { moveVault } from './compose-vault-move.ts';
import { type FirmwareImage, measureFirmwareImage } from './identity/firmware-image.ts';
import { deriveMxchipIdentity } from './identity/mxchip-identity.ts';
import { blankFormRegistrationId, stationRegistrationId } from './identity/registration-id.ts';
import { udsFromHex, udsToHex, withoutLineEnd } from './identity/uds.ts';
import { isoNow } from './ports/clock.ts';
import type { LineFinder, LinePresence } from './ports/line.ts';
import { measureOf } from './station/returns/firmware-forecast.ts';
import { softwareVersion } from './version.ts';

type Loaded = Extract<ReturnType<typeof loadRecipe>, { ok: true }>['value'];

/** What the terminal commands may do, put together from the parts of the station. */
export const cliTools: CliTools = {
  version: softwareVersion,
  defaultDataFolder: () => process.env['DPS_STATION_DATA'] ?? defaultDataFolder(),
  readSettings,
  loadRecipe,
  measureOf: (recipe) => {
    const { image } = loaded(recipe);
    return image === null ? null : measureOf(image);
  },
  openStation: (request) => {
    const { onlyLine, recipe, ...rest } = request;
    return openStation({
      ...rest,
      recipe: loaded(recipe),
      vaults: vaultsOf(request.dataFolder),
      ...cliPeople.at(request.dataFolder),
      onSignIn: showSignIn,
      ...(onlyLine === undefined ? {} : { finder: fixedFinder(onlyLine) }),
    });
  },
  reachStation: ({ dataFolder, settings, door, actor }) => {
    const recipe = loadRecipe(settings.recipe);
    if (!recipe.ok) return Promise.resolve(recipe);
    const vaults = vaultsOf(dataFolder);
    const quiet = { ...settings, scanner: null };
    const station = { dataFolder, settings: quiet, recipe: recipe.value, door, actor, vaults, onSignIn: showSignIn };
    return reachStation({ ...station, ...cliPeople.at(dataFolder) }, cliPeople.proveTo);
  },
  connectOwner: async (dataFolder, mode) => {
    const connected = await connectLocalLink(join(dataFolder, mode));
    if (connected === null) return null;
    const owner = { client: connect(connected.link), close: connected.close };
    const proved = await cliPeople.proveTo(owner.client);
    if (!proved.ok) owner.close();
    return proved.ok ? ok(owner) : proved;
  },
  identify: cliPeople.identify,
  readPeople: cliPeople.read,
  changePeople: cliPeople.change,
  restorePeople: cliPeople.restore,
  openBooks: (dataFolder, mode) => {
    const file = join(dataFolder, mode, 'station.db');
    return ok(existsSync(file) ? createBooks({ file, thread: places.storeThread }) : null);
  },
  openVault: async (dataFolder, settings) => {
    const folder = makeModeFolder(dataFolder, settings.mode);
    return folder.ok ? vaultsOf(dataFolder).of(settings.mode, settings) : folder;
  },
  moveVault: async ({ dataFolder, to, actor, newPassphrase }) => {
    const asked = to === 'passphrase' ? await newPassphrase() : ok(null);
    if (!asked.ok) return asked;
    const move = { to, passphrase: asked.value, actor, at: isoNow(systemClock), door: 'vault move' };
    const moved = await moveVault(vaultsOf(dataFolder), move);
    asked.value?.fill(0);
    return moved;
  },
  askPassphraseWith: (given) => {
    ask = given;
  },
  startSimulation,
  runSimulation,
  readUds: (hex) => udsFromHex(withoutLineEnd(hex)),
  newUdsHex: () => {
    const uds = systemRandom.secretBytes(32);
    const hex = udsToHex(uds);
    uds.fill(0);
    return hex;
  },
  blankFormId: (mac, firmwareVersion) => blankFormRegistrationId({ mac, version: firmwareVersion }),
  makeIdentity: ({ uds, registrationId, bin, map }) => {
    const id = stationRegistrationId(registrationId);
    if (!id.ok) return id;
    const image = measuredImage(bin, map);
    if (!image.ok) return image;
    const derived = deriveMxchipIdentity({ uds, image: image.value, registrationId: id.value });
    if (!derived.ok) return derived;
    derived.value.aliasPrivateKey.fill(0);
    const { certificatePem, sha1Thumbprint, sha256Thumbprint } = derived.value.identity;
    return ok({
      registrationId: id.value,
      certificatePem,
      sha1: sha1Thumbprint,
      sha256: sha256Thumbprint,
      warnings: image.value.warnings,
    });
  },
  checkImportFile,
  checkAgainstBooks: (task) => checkAgainstBooks({ ...task, vaults: vaultsOf(task.dataFolder) }),
  importFile: (task) => importFile({ ...task, vaults: vaultsOf(task.dataFolder), onSignIn: showSignIn }),
  trust: trustTools,
  examine: (dataFolder) => examine(vaultsOf(dataFolder), showSignIn),
  acceptClock,
  presenceOf,
};

/** A person at the terminal signs in elsewhere; the command waits. */
function showSignIn({ url, code }: SignInPrompt): void {
  process.stderr.write(`To sign in to Entra ID, open ${url} and type the code ${code}. Waiting for it.\n`);
}

let ask: AskPassphrase | undefined;
const opened = new Map<string, Vaults>();

/** Unlocked once per run; the keys are wiped with the end of the process. */
function vaultsOf(dataFolder: string): Vaults {
  const known = opened.get(dataFolder);
  if (known !== undefined) return known;
  const vaults = createVaults({ dataFolder, ...(ask === undefined ? {} : { ask }) });
  opened.set(dataFolder, vaults);
  process.once('exit', () => vaults.close());
  return vaults;
}

/** A batch names the same image thousands of times: it is measured once, as long as its files stay as they are. */
const measured = new Map<string, FirmwareImage>();

function measuredImage(bin: string, map: string): Result<FirmwareImage, Problem> {
  const stamps = [bin, map].map((file) => stampOf(file));
  const missing = [bin, map].find((_, index) => stamps[index] === null);
  if (missing !== undefined)
    return fail(problem('file-unreadable', { file: missing, reason: 'not there, or not allowed' }));
  const key = JSON.stringify([bin, map, ...stamps]);
  const known = measured.get(key);
  if (known !== undefined) return ok(known);
  const image = measureFirmwareImage({ bin: readFileSync(bin), map: readFileSync(map) });
  if (image.ok) measured.set(key, image.value);
  return image;
}

function stampOf(file: string): string | null {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return null;
  }
}

/** Recipes reach the commands only through `loadRecipe`, which makes them whole. */
function loaded(recipe: UsableRecipe): Loaded {
  return recipe as Loaded;
}

function fixedFinder(line: LinePresence | null): LineFinder {
  const present = line === null ? [] : [line];
  return {
    list: async () => ok(present),
    watch: (listener) => {
      listener(present);
      return () => {};
    },
  };
}

async function presenceOf(path: string): Promise<LinePresence> {
  const byId = presenceFromById(dirname(path), basename(path));
  if (byId !== null) return byId;
  const listed = await createSerialportFinder({ intervalInMs: 1_000 }).list();
  const names = [path, realPathOf(path)];
  const found = listed.ok ? listed.value.find((line) => names.includes(line.path)) : undefined;
  return found === undefined ? { path, usbSerial: null, vendorId: null, productId: null } : { ...found, path };
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
