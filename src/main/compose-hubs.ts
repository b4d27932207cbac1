import { isLoopbackHost } from '../shared/connection-string.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { HubSettings, Settings } from '../shared/settings.ts';
import { createServiceCaller } from './adapters/dps/service-caller.ts';
import { createHubRegistry, hubApiVersion } from './adapters/hub/hub-registry.ts';
import { type AccessTools, connectionOf, sharedAccess, wayFrom } from './compose-access.ts';
import { judgeMode } from './domain/mode-rules.ts';
import type { HubRegistries, HubRegistry } from './ports/hub-registry.ts';

/** Hubs that can be asked, and why others of the settings cannot. */
export type ConnectedHubs = { readonly hubs: HubRegistries; readonly troubles: readonly Problem[] };

/** Connects the hubs of the settings. One that cannot be connected is a trouble, not a reason to stop the line. */
export async function connectHubs(options: AccessTools & { readonly settings: Settings }): Promise<ConnectedHubs> {
  const hubs = new Map<string, HubRegistry>();
  const troubles: Problem[] = [];
  for (const [name, settings] of Object.entries(options.settings.hubs)) {
    const connected = await connectHub(name.toLowerCase(), settings, options);
    if (connected.ok) hubs.set(name.toLowerCase(), connected.value);
    else troubles.push(connected.problem);
  }
  return { hubs, troubles };
}

async function connectHub(
  name: string,
  settings: HubSettings,
  options: AccessTools & { readonly settings: Settings },
): Promise<Result<HubRegistry, Problem>> {
  const way = wayFrom(settings, options);
  if (!way.ok) return way;
  const secret = settings.connectionStringSecret;
  const connection = await connectionOf(secret, options.vault);
  if (!connection.ok) return connection;
  const { hostName, authorization, port } = sharedAccess(connection.value, secret, options);
  const { ca, agent, authorities } = way.value;
  const refusal = judgeMode(options.settings.mode, { hostName, globalEndpoint: hostName, authorities });
  if (refusal !== null) return fail(refusal);
  // A simulated hub is reached at this computer, whatever it is called.
  if (hostName !== name && !isLoopbackHost(hostName)) return fail(problem('hub-other-name', { host: name }));
  const caller = createServiceCaller({
    hostName,
    port: settings.port ?? port ?? 443,
    authorization,
    apiVersion: hubApiVersion,
    ...(ca === null ? {} : { ca }),
    ...(agent ? { agent } : {}),
    clock: options.clock,
  });
  return ok(createHubRegistry(name, caller));
}
