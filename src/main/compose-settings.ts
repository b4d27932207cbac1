import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseConnectionString } from '../shared/connection-string.ts';
import type { CallInput, CallOutput } from '../shared/contract.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { type Settings, settingsSchema } from '../shared/settings.ts';
import { salvageSettings } from './adapters/files/settings-file.ts';
import { makeModeFolder } from './adapters/files/station-folder.ts';
import { createSerialportFinder } from './adapters/line/serialport-finder.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { createFileVault } from './adapters/vault/file-vault.ts';
import { connectInstances } from './compose-instances.ts';
import { shippedRecipes } from './compose-recipe.ts';
import type { Vault } from './ports/vault.ts';

const modes = ['training', 'production'] as const;

/** Answers what a settings page asks, whether or not a station is open. */
export function settingsHandlers(options: {
  readonly dataFolder: string;
  /** A secret is in the vault now. */
  readonly onStored: (input: Pick<CallInput<'secret-set'>, 'actor' | 'mode' | 'name'>) => Promise<void>;
}) {
  const { dataFolder } = options;

  function vaultOf(mode: Settings['mode']): Result<Vault, Problem> {
    const folder = makeModeFolder(dataFolder, mode);
    return folder.ok ? ok(createFileVault(join(folder.value, 'vault.json'))) : folder;
  }

  async function isStored(mode: Settings['mode'], name: string): Promise<boolean> {
    const file = join(dataFolder, mode, 'vault.json');
    if (!existsSync(file)) return false;
    const secret = await createFileVault(file).get(name);
    if (secret.ok) secret.value.fill(0);
    return secret.ok;
  }

  async function settingsGet(): Promise<Result<CallOutput<'settings-get'>, Problem>> {
    const settings = salvageSettings(dataFolder);
    const names = new Set(['wifi-password', ...Object.values(settings.dps).map((one) => one.connectionStringSecret)]);
    const secrets: CallOutput<'settings-get'>['secrets'] = [];
    for (const mode of modes)
      for (const name of names) secrets.push({ mode, name, present: await isStored(mode, name) });
    const listed = await createSerialportFinder({ intervalInMs: 1_000 }).list();
    const ports = (listed.ok ? listed.value : []).map((line) => ({
      path: line.path,
      about: [line.vendorId, line.productId, line.usbSerial].filter((part) => part !== null).join(' '),
    }));
    return ok({ settings, secrets, vault: 'file, mode 0600', recipes: [...shippedRecipes()], ports });
  }

  async function secretSet(input: CallInput<'secret-set'>): Promise<Result<void, Problem>> {
    const vault = vaultOf(input.mode);
    if (!vault.ok) return vault;
    const secret = Buffer.from(input.secret.trim(), 'utf8');
    const stored = await vault.value.set(input.name, secret);
    secret.fill(0);
    if (stored.ok) await options.onStored({ actor: input.actor, mode: input.mode, name: input.name });
    return stored;
  }

  /** Asks for an enrollment that cannot exist: the expected answer is that there is none. */
  async function connectionTest(
    input: CallInput<'connection-test'>,
  ): Promise<Result<CallOutput<'connection-test'>, Problem>> {
    // Only looked into: a test leaves nothing behind.
    const vault = createFileVault(join(dataFolder, input.mode, 'vault.json'));
    const given = input.connectionString?.trim() ?? null;
    const secret = given === null ? await vault.get(input.instance.connectionStringSecret) : ok(Buffer.from(given));
    if (!secret.ok) return secret;
    const text = secret.value.toString('utf8');
    secret.value.fill(0);
    const parsed = parseConnectionString(text);
    if (!parsed.ok) return parsed;
    const { hostName } = parsed.value;
    const once: Vault = { ...vault, get: async () => ok(Buffer.from(text, 'utf8')) };
    const settings: Settings = { ...settingsSchema.parse({ mode: input.mode }), dps: { test: input.instance } };
    const instances = await connectInstances({ settings, vault: once, clock: systemClock });
    const instance = instances.ok ? instances.value.get('test') : undefined;
    if (!instances.ok) return instances;
    if (instance === undefined) return fail(problem('no-instance', { instance: 'test' }));
    const started = performance.now();
    const answer = await instance.registry.get('dps-station-doctor');
    const tookInMs = Math.round(performance.now() - started);
    return ok({ hostName, tookInMs, problem: answer.ok ? null : stored(answer.problem.problem) });
  }

  return { 'settings-get': settingsGet, 'secret-set': secretSet, 'connection-test': connectionTest } as const;
}

function stored(cause: Problem): { code: Problem['code']; facts: Record<string, string | number | boolean | null> } {
  return { code: cause.code, facts: { ...cause.facts } };
}
