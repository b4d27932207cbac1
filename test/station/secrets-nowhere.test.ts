import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settingsSchema } from '../../src/shared/settings.ts';
import { startConnectProxy } from '../doubles/connect-proxy.ts';
import { type HostUnderTest, openTestHost, temporaryFolder } from '../doubles/host.ts';
import { startTokenAuthority } from '../doubles/token-authority.ts';
import { connectionStringParts, startDpsBench } from '../interop/dps-bench.ts';
import { startHubBench } from '../interop/hub-bench.ts';

/* Secrets stay in the vault: after everything that uses them, no other file, no snapshot and no answer has one. */

/** A secret as it could leak: as text, in base64, percent-encoded, as an HTTP header. */
function formsOf(secret: string): string[] {
  return [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)];
}

function leaksIn(folder: string, secrets: readonly string[], vaults: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !vaults.includes(name) && statSync(join(folder, name)).isFile())
    .flatMap((name) => {
      const content = readFileSync(join(folder, name));
      return secrets.flatMap((secret) =>
        formsOf(secret).some((form) => content.includes(form)) ? [`${name}: ${secret}`] : [],
      );
    });
}

/** Everything that a page is told, as JSON. */
function listen(under: HostUnderTest): string[] {
  const heard: string[] = [];
  for (const name of ['host', 'station', 'queue', 'bench'] as const)
    under.client.watch(name, (value) => heard.push(JSON.stringify(value)));
  return heard;
}

const settledStates = ['open', 'failed', 'vault-locked'];

describe('secrets', () => {
  it('of Entra ID, proxy, policies and hubs are nowhere but in the vault', async () => {
    const cloud = mkdtempSync(join(tmpdir(), 'secrets-cloud-'));
    const authority = await startTokenAuthority(cloud);
    const dps = await startDpsBench({ folder: cloud, bearer: { issuer: authority.issuer, key: authority.key } });
    const hub = await startHubBench({ folder: cloud, hubs: [{ hostName: 'plant-hub.azure-devices.net' }] });
    const proxyPassword = 'proxy-person:proxy-password-4711';
    const proxy = await startConnectProxy(proxyPassword);
    onTestFinished(async () => {
      await Promise.all([proxy.close(), hub.close(), dps.close(), authority.close()]);
      rmSync(cloud, { recursive: true, force: true });
    });
    const place = {
      idScope: dps.ready.idScope,
      globalEndpoint: 'localhost',
      port: dps.ready.port,
      caFile: dps.ready.caFile,
      proxy: { url: proxy.url, secret: 'proxy' },
    };
    const entra = {
      kind: 'entra',
      host: 'localhost',
      credential: 'service-principal',
      tenantId: authority.tenantId,
      clientId: authority.clientId,
      clientSecret: 'entra',
      authorityHost: authority.address,
    };
    const settings = settingsSchema.parse({
      bench: 'off',
      recipe: 'linux-tpm',
      lines: { from: 'folder', folder: '/nowhere' },
      dps: { default: { ...place, auth: entra }, other: { ...place, connectionStringSecret: 'dps' } },
      hubs: {
        'plant-hub.azure-devices.net': { connectionStringSecret: 'hub', port: hub.hub.port, caFile: hub.caFile },
      },
    });
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    const under = openTestHost(folder);
    const heard = listen(under);
    await under.until('host', ({ state }) => settledStates.includes(state));
    const secrets = {
      entra: authority.clientSecret,
      proxy: proxyPassword,
      dps: dps.ready.serviceConnectionString,
      hub: hub.hub.serviceConnectionString,
    };
    for (const [name, secret] of Object.entries(secrets))
      expect(await under.call('secret-set', { mode: 'training', name, secret })).toMatchObject({ ok: true });
    await under.call('reopen', {});
    await under.until('host', ({ state }) => state === 'open');
    const wrong = 'a-secret-that-is-not-the-right-one';
    for (const [name, instance] of Object.entries(settings.dps))
      for (const secret of [null, wrong])
        heard.push(JSON.stringify(await under.call('connection-test', { mode: 'training', name, instance, secret })));
    heard.push(JSON.stringify(await under.call('settings-get', {})));
    // It was used: the authority gave tokens, and the proxy saw its password.
    expect(authority.tokens.length).toBeGreaterThan(0);
    expect(proxy.shown).toContain(`Basic ${Buffer.from(proxyPassword).toString('base64')}`);
    await under.host.stop();

    const keys = [dps.ready, hub.hub].map(
      ({ serviceConnectionString }) => connectionStringParts(serviceConnectionString)['SharedAccessKey'] ?? '',
    );
    const all = [...Object.values(secrets), ...keys, ...authority.tokens, wrong, 'proxy-password-4711'];
    expect(leaksIn(folder, all, ['training/vault.json'])).toEqual([]);
    const told = heard.join('\n');
    expect(all.filter((secret) => formsOf(secret).some((form) => told.includes(form)))).toEqual([]);
    expect(told).not.toContain('SharedAccessSignature');
  }, 60_000);

  it('of a passphrase are nowhere at all', async () => {
    const folder = temporaryFolder();
    const passphrase = 'four unusual words here';
    const secret =
      'HostName=plant.azure-devices-provisioning.net;SharedAccessKeyName=s;SharedAccessKey=c2VjcmV0LWtleQ==';
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ mode: 'production', recipe: 'linux-tpm' }));
    const under = openTestHost(folder);
    const heard = listen(under);
    await under.until('host', ({ state }) => settledStates.includes(state));
    expect(await under.call('vault-move', { to: 'passphrase', passphrase })).toMatchObject({ ok: true });
    expect(await under.call('secret-set', { mode: 'production', name: 'dps', secret })).toMatchObject({ ok: true });
    heard.push(JSON.stringify(await under.call('vault-unlock', { passphrase: `${passphrase}!` })));
    heard.push(JSON.stringify(await under.call('vault-unlock', { passphrase })));
    heard.push(JSON.stringify(await under.call('settings-get', {})));
    await under.host.stop();
    const all = [passphrase, secret, 'c2VjcmV0LWtleQ'];
    expect(leaksIn(folder, all, [])).toEqual([]);
    expect(all.filter((one) => heard.join('\n').includes(one))).toEqual([]);
  }, 60_000);
});
