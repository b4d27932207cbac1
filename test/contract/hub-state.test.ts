import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectionStringParts } from '../interop/dps-bench.ts';
import { keyDevice, registryCaller, startHubBench } from '../interop/hub-bench.ts';

/* What simulated hubs keep, and the switches for what the sources leave open. */

describe('state', () => {
  it('survives a restart with keys, identities and twins', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hub-state-'));
    const stateFile = join(folder, 'hubs.json');
    const first = await startHubBench({ folder, hubs: [{ hostName: 'hub-a' }] });
    await registryCaller(first)('PUT', '/devices/kept', { deviceId: 'kept', status: 'disabled' });
    const before = (await registryCaller(first)('GET', '/devices/kept')).json;
    await first.close();
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);

    const secondStart = await startHubBench({ folder, hubs: [{ hostName: 'HUB-A' }] });
    expect(connectionStringParts(secondStart.hub.serviceConnectionString)).toEqual(
      connectionStringParts(first.hub.serviceConnectionString),
    );
    expect((await registryCaller(secondStart)('GET', '/devices/kept')).json).toEqual(before);
    await secondStart.close();

    writeFileSync(stateFile, '{"hubs":');
    await expect(startHubBench({ folder })).rejects.toThrow(/^The state file .* is damaged/);
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuses two hubs of one name', async () => {
    await expect(startHubBench({ hubs: [{ hostName: 'a' }, { hostName: 'A' }] })).rejects.toThrow('same name');
  });
});

describe('switches', () => {
  it('let a hub be lenient where the sources are silent', async () => {
    const bench = await startHubBench({ switches: { unknownQuery: 'list-all', deleteWithoutIfMatch: 'delete' } });
    const call = registryCaller(bench);
    bench.hubs.linked.put(bench.hub.hostName, keyDevice('one'));
    const { json } = await call('POST', '/devices/query', { query: "SELECT * FROM devices WHERE tags.line = 'L3'" });
    expect(json).toMatchObject([{ deviceId: 'one' }]);
    expect((await call('DELETE', '/devices/one')).status).toBe(204);
    expect((await call('GET', '/devices')).json).toEqual([]);
    await bench.close();
  });
});
