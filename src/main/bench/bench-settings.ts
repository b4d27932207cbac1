import { readFileSync } from 'node:fs';
import type { BenchReady, BoardKind } from '../../shared/bench.ts';
import { type Settings, settingsSchema } from '../../shared/settings.ts';

/** Names of the recipes for which a bench has boards, and the kind of board that each needs. */
export const benchRecipes: Readonly<Record<string, BoardKind>> = {
  'mxchip-devkit': '1.6.5',
  'mxchip-devkit-symmetric-key': '1.6.5',
  'linux-tpm': 'linux',
  'x509-station': 'linux',
};

/**
 * Settings for a station at this bench: what an engineer would write into settings.json for a real line. `own` says how
 * the station works; where its boards, its scanner, its cloud and its secrets are is the bench's to say.
 */
export function benchSettings(
  ready: BenchReady,
  own: Pick<Settings, 'station' | 'slots'> & Partial<Settings>,
  recipe: string | null = null,
): Settings {
  return settingsSchema.parse({
    ...own,
    mode: 'training',
    vault: { backend: 'file' },
    recipe: recipe === null ? ready.recipeFile : `${ready.recipesFolder}/${recipe}.json`,
    lines: { from: 'folder', folder: ready.linesFolder },
    scanner: ready.scannerPath === null ? null : { path: ready.scannerPath },
    dps: ready.dps === null ? {} : { default: instanceOf(ready.dps) },
    hubs: Object.fromEntries(
      hubsOf(ready).map(({ hostName, port, caFile }) => [hostName, { connectionStringSecret: hostName, port, caFile }]),
    ),
  });
}

function instanceOf(dps: NonNullable<BenchReady['dps']>) {
  return {
    connectionStringSecret: 'dps',
    idScope: dps.idScope,
    globalEndpoint: dps.host,
    port: dps.port,
    caFile: dps.caFile,
    operationsPerMinute: 1_000,
  };
}

function hubsOf({ dps }: BenchReady) {
  return dps === null ? [] : (dps.hubs ?? []).map((hub) => ({ ...hub, caFile: dps.caFile }));
}

/** What a station at this bench needs in its vault, for the time of its run. */
export function benchSecrets(ready: BenchReady): ReadonlyMap<string, string> {
  const secrets = new Map([['wifi-password', readFileSync(ready.wifi.passwordFile, 'utf8')]]);
  secrets.set('issuing-ca-key', readFileSync(ready.issuerKeyFile, 'utf8'));
  if (ready.dps !== null) secrets.set('dps', ready.dps.serviceConnectionString);
  for (const hub of hubsOf(ready)) secrets.set(hub.hostName, hub.serviceConnectionString);
  return secrets;
}
