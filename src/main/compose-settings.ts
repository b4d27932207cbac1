import { authOf, secretOf } from '../shared/access.ts';
import type { CallInput, CallOutput } from '../shared/contract.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { type Settings, settingsSchema } from '../shared/settings.ts';
import { salvageSettings, settingsRevision } from './adapters/files/settings-file.ts';
import { makeModeFolder } from './adapters/files/station-folder.ts';
import { createSerialportFinder } from './adapters/line/serialport-finder.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { connectInstances } from './compose-instances.ts';
import { shippedRecipes } from './compose-recipe.ts';
import { closedVault, type Vaults } from './compose-vault.ts';
import type { Vault } from './ports/vault.ts';
import type { Instance } from './station/instances.ts';

const modes = ['training', 'production'] as const;

/** Answers what a settings page asks, whether or not a station is open. */
export function settingsHandlers(options: {
  readonly vaults: Vaults;
  /** A secret is in the vault now. */
  readonly onStored: (input: Pick<CallInput<'secret-set'>, 'actor' | 'mode' | 'name'>) => Promise<void>;
}) {
  const { vaults } = options;
  const { dataFolder } = vaults;

  const vaultOf = (mode: Settings['mode']) => vaults.of(mode, salvageSettings(dataFolder));

  async function settingsGet(): Promise<Result<CallOutput<'settings-get'>, Problem>> {
    // Before the settings: whoever writes in between makes the revision stale, not the settings.
    const revision = settingsRevision(dataFolder);
    const settings = salvageSettings(dataFolder);
    const names = new Set(['wifi-password', ...secretsIn(settings)]);
    const secrets: CallOutput<'settings-get'>['secrets'] = [];
    for (const mode of modes) {
      const held = await vaults.names(mode, settings);
      for (const name of names) secrets.push({ mode, name, present: held.includes(name) });
    }
    const listed = await createSerialportFinder({ intervalInMs: 1_000 }).list();
    const ports = (listed.ok ? listed.value : []).map((line) => ({
      path: line.path,
      about: [line.vendorId, line.productId, line.usbSerial].filter((part) => part !== null).join(' '),
    }));
    const vault = await vaultView(settings);
    return ok({ settings, revision, secrets, vault, recipes: [...shippedRecipes()], ports });
  }

  async function vaultView({ vault }: Settings): Promise<CallOutput<'settings-get'>['vault']> {
    const kept = await vaults.of('production', { vault });
    const keyring = await vaults.keyring();
    return {
      backend: vault.backend,
      acceptedBy: vault.acceptedBy ?? null,
      problem: kept.ok ? null : stored(kept.problem),
      keyring: keyring.ok,
    };
  }

  async function secretSet(input: CallInput<'secret-set'>): Promise<Result<void, Problem>> {
    const vault = await vaultOf(input.mode);
    if (!vault.ok) return vault;
    const folder = makeModeFolder(dataFolder, input.mode);
    if (!folder.ok) return folder;
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
    const name = secretOf(authOf(input.instance));
    const kept = await vaultOf(input.mode);
    // What is typed is used for this one test and leaves nothing behind.
    const given = input.secret?.trim() ?? null;
    if (!kept.ok && given === null && name !== null) return kept;
    const vault = typedOver(kept.ok ? kept.value : closedVault(), name, given);
    const bench = input.mode === 'training' ? ({ bench: 'off' } as const) : {};
    const settings: Settings = {
      ...settingsSchema.parse({ mode: input.mode, ...bench }),
      dps: { [input.name]: input.instance },
    };
    const connected = await connectOnce(settings, vault);
    if (!connected.ok) return connected;
    const instance = connected.value;
    const started = performance.now();
    const answer = await instance.registry.get('dps-station-doctor');
    const tookInMs = Math.round(performance.now() - started);
    return ok({
      hostName: instance.hostName,
      tookInMs,
      problem: answer.ok ? null : stored(answer.problem.problem),
      advice: answer.ok ? instance.advice.map(stored) : [],
    });
  }

  /** Somebody who signs in with a code comes back to the same sign-in, not to a new code. */
  let signingIn: { readonly by: string; readonly instance: Instance } | null = null;

  async function connectOnce(settings: Settings, vault: Vault): Promise<Result<Instance, Problem>> {
    const by = JSON.stringify(settings);
    if (signingIn?.by === by) return ok(signingIn.instance);
    const instances = await connectInstances({ settings, vault, clock: systemClock });
    if (!instances.ok) return instances;
    const [[name, instance] = []] = instances.value;
    if (name === undefined || instance === undefined) return fail(problem('no-instance', { instance: 'none' }));
    const auth = settings.dps[name]?.auth;
    signingIn = auth?.kind === 'entra' && auth.credential === 'device-code' ? { by, instance } : null;
    return ok(instance);
  }

  return { 'settings-get': settingsGet, 'secret-set': secretSet, 'connection-test': connectionTest } as const;
}

/** Names of all secrets that settings speak of. */
function secretsIn({ dps, hubs }: Settings): string[] {
  const places = [...Object.values(dps), ...Object.values(hubs)];
  const proxies = places.map(({ proxy }) => proxy?.secret);
  const proofs = Object.values(dps).map((one) => secretOf(authOf(one)));
  const ofHubs = Object.values(hubs).map((one) => one.connectionStringSecret);
  return [...proofs, ...ofHubs, ...proxies].filter((name) => name !== undefined && name !== null);
}

/** The vault with what somebody typed in place of one of its secrets. */
function typedOver(vault: Vault, name: string | null, typed: string | null): Vault {
  if (name === null || typed === null) return vault;
  return { ...vault, get: async (asked) => (asked === name ? ok(Buffer.from(typed, 'utf8')) : vault.get(asked)) };
}

function stored(cause: Problem): { code: Problem['code']; facts: Record<string, string | number | boolean | null> } {
  return { code: cause.code, facts: { ...cause.facts } };
}
