import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sharedAccessAuthorization } from '../../src/main/adapters/dps/authorization.ts';
import { createEnrollmentService } from '../../src/main/adapters/dps/enrollment-service.ts';
import { createServiceCaller } from '../../src/main/adapters/dps/service-caller.ts';
import { makeModeFolder } from '../../src/main/adapters/files/station-folder.ts';
import { systemClock } from '../../src/main/adapters/system/system-clock.ts';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import { benchSettings } from '../../src/main/bench/bench-settings.ts';
import { importFile } from '../../src/main/compose-import.ts';
import type { EnrollmentService } from '../../src/main/ports/enrollment-service.ts';
import { parseConnectionString } from '../../src/shared/connection-string.ts';
import type { SentEnrollment } from '../../src/shared/enrollment-group.ts';
import { ok } from '../../src/shared/result.ts';
import { endorsementKeyOf, symmetricKeyOf } from '../doubles/import-devices.ts';
import { certificates } from '../vectors/enrollment-certificates.ts';
import type { BenchRig } from './bench-station.ts';
import type { Reading } from './import-child.ts';
import type { Figure } from './report.ts';

const checkedRows = 100_000;
/** A tenth of them: what memory grows by in between is what is kept of rows. */
const fewRows = checkedRows / 10;
const sentRows = 10_000;
const callsInFlight = 4;

/** How fast a table is checked and what that needs; how fast it is sent, beside the same bulks with nothing around them. */
export async function benchImport(rig: BenchRig): Promise<Figure[]> {
  const few = read('check', writeTable(rig, 'few', fewRows));
  const table = writeTable(rig, 'check', checkedRows);
  const bare = read('bare', table);
  const checked = read('check', table);
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  const ratio = checked.bytes / bare.bytes;
  const figures: Figure[] = [
    {
      name: `rows checked, ${checkedRows.toLocaleString('en')} of three kinds`,
      value: checked.rows / checked.seconds,
      unit: 'rows per s',
      beside: `bare csv-parse ${Math.round(bare.rows / bare.seconds).toLocaleString('en')}; ratio ${((bare.seconds / checked.seconds) * 100).toFixed(0)} %`,
    },
    {
      name: 'memory of the check at its peak',
      value: checked.bytes / 2 ** 20,
      unit: 'MB above start',
      beside: `bare csv-parse ${megabytes(bare.bytes)}; ratio ${ratio.toFixed(1)}; a tenth of the rows: ${megabytes(few.bytes)}`,
    },
  ];
  await rig.control.call('dps-faults', { operationsPerMinute: null });
  const whole = await imported(rig);
  const naked = await nakedBulks(rig);
  return [
    ...figures,
    {
      name: `rows imported without a quota, ${sentRows.toLocaleString('en')}`,
      value: whole,
      unit: 'rows per s',
      beside: `naked bulks, ${callsInFlight} at once: ${Math.round(naked).toLocaleString('en')}; ratio ${((whole / naked) * 100).toFixed(0)} %`,
    },
  ];
}

function read(how: 'bare' | 'check', file: string): Reading {
  const child = join(import.meta.dirname, 'import-child.ts');
  return JSON.parse(execFileSync(process.execPath, [child, how, file], { encoding: 'utf8' })) as Reading;
}

type Columns = readonly [
  id: string,
  endorsementKey: string,
  certificate: string,
  primaryKey: string,
  secondaryKey: string,
];

/** Devices of three kinds by turns. Nobody checks the signatures of certificates, so that one serves with other names. */
function deviceOf(prefix: string, number: number): Columns {
  const id = `${prefix}-${String(number).padStart(8, '0')}`;
  if (number % 3 === 0) return [id, endorsementKeyOf(number), '', '', ''];
  if (number % 3 === 1) return [id, '', '', symmetricKeyOf(id), symmetricKeyOf(`${id} secondary`)];
  const long = id.padEnd(64, 'x');
  const der = Buffer.from(certificates.longName, 'base64').toString('latin1').replaceAll('u'.repeat(64), long);
  return [long, '', Buffer.from(der, 'latin1').toString('base64'), '', ''];
}

function writeTable(rig: BenchRig, prefix: string, rows: number): string {
  const file = join(rig.folder, `${prefix}.csv`);
  const handle = openSync(file, 'w');
  writeSync(handle, 'registrationId,endorsementKey,certificate,primaryKey,secondaryKey,tags.line\n');
  for (let number = 0; number < rows; number++) writeSync(handle, `${deviceOf(prefix, number).join(',')},L3\n`);
  closeSync(handle);
  return file;
}

async function imported(rig: BenchRig): Promise<number> {
  const path = writeTable(rig, 'import', sentRows);
  const same = benchSettings(rig.ready, { station: 'bench', slots: 1 });
  const { default: instance } = same.dps;
  if (instance === undefined) throw new Error('the bench has no cloud');
  const dataFolder = join(rig.folder, 'importing');
  const folder = makeModeFolder(dataFolder, 'training');
  if (!folder.ok) throw new Error(folder.problem.code);
  const secret = Buffer.from(rig.ready.dps?.serviceConnectionString ?? '');
  await createFileVault(join(folder.value, 'vault.json')).set(instance.connectionStringSecret ?? '', secret);
  const start = performance.now();
  const ended = await importFile({
    dataFolder,
    settings: { ...same, callsInFlight, dps: { default: { ...instance, operationsPerMinute: 100_000 } } },
    instance: 'default',
    path,
    actor: 'bench',
    skipBad: false,
    signal: new AbortController().signal,
    onRow: () => {},
    onResult: () => {},
    onProgress: () => {},
  });
  if (!ended.ok || ended.value.created !== sentRows) throw new Error(JSON.stringify(ended));
  return (sentRows * 1_000) / (performance.now() - start);
}

/** The same records in the same bulks, made before: no file, no check, no quota, no results. */
async function nakedBulks(rig: BenchRig): Promise<number> {
  const service = serviceOf(rig);
  const records = Array.from({ length: sentRows }, (_, number) => recordOf(deviceOf('naked', number)));
  const start = performance.now();
  let first = 0;
  const lane = async (): Promise<void> => {
    while (first < records.length) {
      const some = records.slice(first, first + 10);
      first += 10;
      const sent = await service.bulk('create', some);
      if (!sent.ok || sent.value.length > 0) throw new Error(JSON.stringify(sent));
    }
  };
  await Promise.all(Array.from({ length: callsInFlight }, lane));
  return (sentRows * 1_000) / (performance.now() - start);
}

function recordOf([registrationId, endorsementKey, certificate, primaryKey, secondaryKey]: Columns): SentEnrollment {
  const rest = { registrationId, provisioningStatus: 'enabled', initialTwin: { tags: { line: 'L3' } } } as const;
  if (endorsementKey !== '') return { ...rest, attestation: { type: 'tpm', tpm: { endorsementKey } } };
  if (primaryKey !== '')
    return { ...rest, attestation: { type: 'symmetricKey', symmetricKey: { primaryKey, secondaryKey } } };
  return { ...rest, attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } } };
}

function serviceOf(rig: BenchRig): EnrollmentService {
  const { dps } = rig.ready;
  const parts = dps === null ? null : parseConnectionString(dps.serviceConnectionString);
  if (dps === null || parts === null || !parts.ok) throw new Error('the bench has no cloud');
  const { sharedAccessKey, sharedAccessKeyName: keyName } = parts.value;
  const key = async () => ok(Buffer.from(sharedAccessKey, 'base64'));
  const authorization = sharedAccessAuthorization({ hostName: dps.host, keyName, key, clock: systemClock });
  const ca = readFileSync(dps.caFile, 'utf8');
  return createEnrollmentService(
    createServiceCaller({ hostName: dps.host, port: dps.port, authorization, ca, clock: systemClock }),
  );
}
