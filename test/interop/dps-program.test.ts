import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type DpsReady, dpsReadySchema } from '../../src/shared/bench.ts';
import { connectionStringParts, selfSigned, send, startDpsBench, x509Enrollment } from './dps-bench.ts';
import { ownerToken } from './hub-bench.ts';
import { officialBulk, officialRegister } from './official-clients.ts';
import { agentFor, officialServiceClient } from './official-service.ts';

/* The simulated DPS as a program of its own: what a terminal, a station, or a crash sees of it. */

const program = fileURLToPath(new URL('../../src/simulation/main.ts', import.meta.url));
const running = new Set<ChildProcess>();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dps-program-'));
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [program, 'dps', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no standard output');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null; errors: string }> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, errors };
}

async function startAndReady(...args: string[]): Promise<{ child: ChildProcess; ready: DpsReady }> {
  const child = start(...args);
  return { child, ready: dpsReadySchema.parse(JSON.parse(await firstLine(child))) };
}

it('keeps everything it has confirmed when it is killed', async () => {
  const stateFile = join(folder, 'state.json');
  const readyFile = join(folder, 'ready.json');
  const args = ['--state', stateFile, '--ready-file', readyFile];
  const first = await startAndReady(...args);
  expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toEqual(first.ready);
  expect(statSync(readyFile).mode & 0o777).toBe(0o600);
  expect(statSync(stateFile).mode & 0o777).toBe(0o600);

  const agent = agentFor(first.ready);
  const credential = selfSigned('unit-1');
  const enrollments = [x509Enrollment('unit-1', credential.certPem), x509Enrollment('unit-2', credential.certPem)];
  const result = await officialBulk(officialServiceClient(first.ready, agent), { mode: 'create', enrollments });
  expect(result.isSuccessful).toBe(true);
  const before = await officialRegister(first.ready, 'unit-1', credential);
  agent.destroy();
  first.child.kill('SIGKILL');
  expect((await endOf(first.child)).signal).toBe('SIGKILL');

  const { port, mqttPort, hubs } = first.ready;
  const [hub] = hubs ?? [];
  const ports = ['--port', String(port), '--mqtt-port', String(mqttPort)];
  const hubPorts = ['--hub', `${hub?.hostName},${hub?.port},${hub?.mqttPort}`];
  const second = await startAndReady(...args, ...ports, ...hubPorts);
  expect(second.ready).toEqual(first.ready); // connection string, CA file and port: a station need not notice
  const secondAgent = agentFor(second.ready);
  const client = officialServiceClient(second.ready, secondAgent);
  const state = (await client.getDeviceRegistrationState('unit-1')).responseBody;
  expect(state).toMatchObject({ status: 'assigned', etag: before['etag'] });
  expect((await hubKnows(second.ready, 'unit-1')).status).toBe(200);
  expect((await client.getIndividualEnrollment('unit-2')).responseBody.registrationState.status).toBe('unassigned');
  secondAgent.destroy();
  second.child.kill('SIGTERM');
  expect(await endOf(second.child)).toMatchObject({ code: 0, signal: null });
});

/** Asks the first hub of a running program for an identity. */
async function hubKnows(ready: DpsReady, deviceId: string) {
  const [hub] = ready.hubs ?? [];
  if (hub === undefined) throw new Error('no hub');
  return await send(
    { host: 'localhost', port: hub.port, caFile: ready.caFile },
    {
      method: 'GET',
      path: `/devices/${deviceId}?api-version=2021-04-12`,
      headers: { Authorization: ownerToken(hub) },
    },
  );
}

it('starts the hubs that it is told, under names that devices can reach', async () => {
  const { child, ready } = await startAndReady('--hub', 'localhost', '--hub', 'other.azure-devices.net');
  const [first, second, ...more] = ready.hubs ?? [];
  expect(more).toEqual([]);
  expect(first?.hostName).toBe(`localhost:${first?.mqttPort}`);
  expect(second?.hostName).toBe('other.azure-devices.net');
  for (const hub of [first, second]) {
    expect(connectionStringParts(hub?.serviceConnectionString ?? '')).toMatchObject({ HostName: 'localhost' });
  }
  expect((await hubKnows(ready, 'nobody')).json.Message).toBe('ErrorCode:DeviceNotFound;nobody');
  child.kill('SIGTERM');
  expect((await endOf(child)).code).toBe(0);
});

it('leaves nothing behind when it was given no place', async () => {
  const { child, ready } = await startAndReady('--id-scope', '0neTRAINING');
  expect(ready).toMatchObject({ idScope: '0neTRAINING', host: 'localhost' });
  expect(connectionStringParts(ready.serviceConnectionString)['HostName']).toBe('localhost');
  expect(existsSync(ready.caFile)).toBe(true);
  child.kill('SIGINT');
  expect((await endOf(child)).code).toBe(0);
  expect(existsSync(dirname(ready.caFile))).toBe(false);
});

it('says what is wrong in one line', async () => {
  const taken = await startDpsBench();
  const damaged = join(folder, 'damaged.json');
  writeFileSync(damaged, '{"enrollments":');
  const cases: [string[], number, RegExp][] = [
    [['--port', String(taken.ready.port)], 1, /^dps: Port \d+ is in use; choose another with --port\.\n$/],
    [['--state', damaged], 1, /^dps: The state file .* is damaged .*\n$/],
    [['--port', 'http'], 2, /^dps: --port must be .*\n$/],
    [['--mqtt-port', String(taken.ready.port)], 1, /^dps: Port \d+ is in use; choose another with --mqtt-port\.\n$/],
    [['--hub', `a,${taken.ready.port}`], 1, /^dps: Port \d+ is in use; choose another with --hub\.\n$/],
    [['--hub', 'a b'], 2, /^dps: --hub must be .*\n$/],
    [['--prot', '1'], 2, /^dps: .*--prot.*\n$/],
    [['--state'], 2, /^dps: .*\n$/],
  ];
  for (const [args, code, sentence] of cases) {
    const end = await endOf(start(...args));
    expect(end.errors).toMatch(sentence);
    expect(end.code).toBe(code);
  }
  expect(readFileSync(damaged, 'utf8')).toBe('{"enrollments":');
  await taken.close();
});

it('shows certificates that strict verification accepts', async () => {
  const { ready, close } = await startDpsBench();
  const socket = connect({ host: 'localhost', port: ready.port, ca: readFileSync(ready.caFile) });
  await once(socket, 'secureConnect');
  const pem = socket.getPeerX509Certificate()?.toString() ?? '';
  socket.destroy();
  const file = join(folder, 'server.pem');
  writeFileSync(file, pem);
  const checks = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'localhost', '-CAfile', ready.caFile];
  expect(execFileSync('openssl', ['verify', ...checks, file], { encoding: 'utf8' })).toMatch(/: OK\s*$/);
  await close();
});
