import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startConnectProxy } from '../../doubles/connect-proxy.ts';
import { startTokenAuthority } from '../../doubles/token-authority.ts';
import { startDpsBench } from '../../interop/dps-bench.ts';
import { openTerminal } from './terminal.ts';

/* "doctor" at a service behind a proxy: advice, roles, and a person who signs in at the terminal. */

async function surroundings() {
  const terminal = openTerminal();
  const authority = await startTokenAuthority(join(terminal.folder, 'cloud'));
  const bearer = { issuer: authority.issuer, key: authority.key };
  const dps = await startDpsBench({ folder: join(terminal.folder, 'cloud'), bearer });
  const proxy = await startConnectProxy('plant:proxy-password-4711');
  onTestFinished(async () => {
    await Promise.all([proxy.close(), dps.close(), authority.close(), terminal.close()]);
  });
  const data = join(terminal.folder, 'station');
  const store = (name: string, secret: string) =>
    terminal.run(['vault', 'set', name, '--data', data, '--file', '-'], secret);
  await store('dps', dps.ready.serviceConnectionString);
  await store('proxy', 'plant:proxy-password-4711');
  const settle = (access: object): void => {
    const main = {
      ...access,
      idScope: dps.ready.idScope,
      globalEndpoint: 'localhost',
      port: dps.ready.port,
      caFile: dps.ready.caFile,
      proxy: { url: proxy.url, secret: 'proxy' },
    };
    writeFileSync(join(data, 'settings.json'), JSON.stringify({ bench: 'off', recipe: 'linux-tpm', dps: { main } }));
  };
  return { terminal, authority, proxy, data, settle };
}

it('advises against a policy that may do everything, and is content with it', async () => {
  const { terminal, proxy, data, settle } = await surroundings();
  settle({ connectionStringSecret: 'dps' });
  const ran = await terminal.run(['doctor', '--data', data]);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toMatch(/^ok {3}DPS main: answers/m);
  expect(ran.stdout).toMatch(/^NOTE DPS main: .*provisioningserviceowner/m);
  expect(ran.stdout).toMatch(/-> Make a policy with EnrollmentRead, EnrollmentWrite and RegistrationStatusRead/);
  // The command ends although its connection through the proxy could be used again.
  expect(proxy.asked).toHaveLength(1);
}, 60_000);

it('shows a person where to sign in, waits, and names the roles when there are none', async () => {
  const { terminal, authority, data, settle } = await surroundings();
  settle({
    auth: {
      kind: 'entra',
      host: 'localhost',
      credential: 'device-code',
      tenantId: authority.tenantId,
      clientId: authority.clientId,
      authorityHost: authority.address,
    },
  });
  authority.approveAll();
  const good = await terminal.run(['doctor', '--data', data]);
  expect(good.code).toBe(0);
  expect(good.stderr).toMatch(
    /^To sign in to Entra ID, open https:\/\/localhost:\d+\/device and type the code [0-9A-F]{8}\./,
  );
  expect(good.stdout).toMatch(/^ok {3}DPS main: answers/m);
  authority.set({ roles: [] });
  const bad = await terminal.run(['doctor', '--data', data]);
  expect(bad.code).toBe(1);
  expect(bad.stdout).toContain('"Device Provisioning Service Data Contributor"');
  expect(bad.stdout).toContain('"Device Provisioning Service Data Reader"');
  const said = [good, bad].map(({ stdout, stderr }) => stdout + stderr).join('');
  expect(authority.tokens.filter((token) => said.includes(token))).toEqual([]);
}, 90_000);
