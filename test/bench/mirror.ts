import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEnrollmentMirror } from '../../src/main/adapters/sqlite/mirror-store.ts';
import type { EnrollmentMirror, MirrorEntry } from '../../src/main/ports/enrollment-mirror.ts';
import type { EntryFilter } from '../../src/shared/enrollment-list.ts';
import { type Figure, median } from './report.ts';

const many = 100_000;
const few = 100;
const rounds = 15;
const limit = 100;
const keptAtOnce = 100; // a page of the service

/** How long pages and searches of the enrollments page take at 100,000 entries, beside the same at 100. */
export async function benchMirror(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-mirror-'));
  const mirrors: EnrollmentMirror[] = [];
  const filled = async (count: number): Promise<EnrollmentMirror> => {
    const mirror = createEnrollmentMirror({ file: join(folder, `${count}.db`) });
    mirrors.push(mirror);
    await fill(mirror, count);
    return mirror;
  };
  try {
    const small = await filled(few);
    const start = performance.now();
    const large = await filled(many);
    const perSecond = (many * 1_000) / (performance.now() - start);
    const figures: Figure[] = [
      { name: 'mirror filled, 100,000 entries', value: perSecond, unit: 'entries per s', beside: 'pages of 100' },
    ];
    for (const { name, underMs, read } of reads()) {
      const alone = await timed(small, read);
      const took = await timed(large, read);
      figures.push({
        name: `mirror ${name} at 100,000 entries`,
        value: took,
        unit: 'ms',
        beside: `${alone.toFixed(2)} ms at ${few}; ratio ${(took / alone).toFixed(1)}`,
        target: `under ${underMs} ms`,
        met: took < underMs,
      });
    }
    return figures;
  } finally {
    for (const mirror of mirrors) await mirror.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Read = (mirror: EnrollmentMirror) => Promise<{ readonly ok: boolean }>;

function reads(): { readonly name: string; readonly underMs: number; readonly read: Read }[] {
  const list =
    (filter: Partial<EntryFilter>, skip = 0): Read =>
    (mirror) =>
      mirror.list({ instance: 'default', kind: 'individual', ...filter }, { skip, limit });
  return [
    { name: 'page, first', underMs: 50, read: list({}) },
    { name: 'page, jump to the 70,000th', underMs: 50, read: list({}, 70_000) },
    { name: 'search of one', underMs: 100, read: list({ search: 'unit-00077777' }) },
    { name: 'search of many', underMs: 100, read: list({ search: 'pump' }) },
    { name: 'search of none', underMs: 100, read: list({ search: 'no such device' }) },
    { name: 'filter: disabled TPMs', underMs: 100, read: list({ enabled: false, attestation: 'tpm' }) },
    { name: 'filter: assigned', underMs: 100, read: list({ registration: 'assigned' }) },
    {
      name: 'page of an export',
      underMs: 100,
      read: (mirror) => mirror.records({ instance: 'default', kind: 'individual' }, 'unit-00050000', 1_000),
    },
  ];
}

async function timed(mirror: EnrollmentMirror, read: Read): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    const answer = await read(mirror);
    took.push(performance.now() - start);
    if (!answer.ok) throw new Error(JSON.stringify(answer));
  }
  return median(took);
}

async function fill(mirror: EnrollmentMirror, count: number): Promise<void> {
  const run = await mirror.begin('default');
  if (!run.ok) throw new Error(run.problem.code);
  for (let first = 0; first < count; first += keptAtOnce) {
    const length = Math.min(keptAtOnce, count - first);
    const entries = Array.from({ length }, (_, index) => entry(first + index));
    const kept = await mirror.keep('default', run.value, entries);
    if (!kept.ok) throw new Error(kept.problem.code);
  }
  await mirror.end('default', run.value, '2026-11-25T10:00:00.000Z');
  // A screen asks for what it shows: a tenth is known.
  for (let number = 0; number < count; number += 10) {
    await mirror.knowRegistration('default', idOf(number), {
      status: number % 30 === 0 ? 'unassigned' : 'assigned',
      assignedHub: 'plant.azure-devices.net',
      deviceId: null,
      updatedAt: null,
      askedAt: '2026-11-25T10:00:00.000Z',
    });
  }
}

const idOf = (number: number): string => `unit-${String(number).padStart(8, '0')}`;

function entry(number: number): MirrorEntry {
  const id = idOf(number);
  const credential = createHash('sha256').update(id).digest('hex');
  return {
    kind: 'individual',
    id,
    attestation: ['x509', 'tpm', 'symmetricKey'][number % 3] ?? 'x509',
    deviceId: number % 4 === 0 ? `Pump-${number}` : null,
    enabled: number % 7 !== 0,
    credential,
    createdAt: '2026-11-20T10:00:00.1234567Z',
    updatedAt: '2026-11-20T10:00:00.1234567Z',
    etag: '"tag"',
    // As long as what the service answers for a certificate.
    record: JSON.stringify({ registrationId: id, info: credential.repeat(18) }),
  };
}
