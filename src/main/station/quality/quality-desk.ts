import type { StreamValue } from '../../../shared/contract.ts';
import type { Origin } from '../../../shared/job.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { ReprovisionEffect } from '../../../shared/verification.ts';
import { type ReprovisionFacts, reprovisionEffect } from '../../domain/reprovision-effect.ts';
import type { ListPage } from '../../ports/book-lists.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { EvidencePacker } from '../../ports/evidence-packer.ts';
import type { QualityCalls, QualityDesk } from '../../ports/quality-desk.ts';
import type { StationSigner } from '../../ports/station-signer.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { LoadedRecipe } from '../loaded-recipe.ts';
import { evidenceFiles } from './evidence.ts';
import type { LotDesk } from './lot-desk.ts';
import type { ServiceReader } from './service-reader.ts';
import { issuerPemOf, readUnit } from './unit-record.ts';
import type { VerificationDesk } from './verification-desk.ts';

/** Verifications whose comparisons a screen holds at once. */
const newestShown = 20;

/** What the calls of QA need. */
export type QualityDeskOptions = {
  readonly verifications: VerificationDesk;
  readonly lots: LotDesk;
  readonly services: ServiceReader;
  readonly store: StationStore;
  readonly recipe: LoadedRecipe;
  readonly signer: StationSigner;
  readonly packer: EvidencePacker;
  readonly origin: Origin;
  readonly clock: Clock;
};

/** Answers QA's part of the contract; `changed` is to be called when anything of it changed. */
export function createQualityDesk(options: QualityDeskOptions): QualityDesk & { changed(): void } {
  const { verifications, lots, store } = options;
  const watchers = new Set<() => void>();

  async function preview(text: string) {
    const unit = await verifications.unitOf(text);
    if (!unit.ok) return unit;
    const { serial, job, identity } = unit.value;
    if (job === null) return fail(problem('serial-unknown', { serial }));
    if (identity === null) return fail(problem('unit-has-no-identity', { serial }));
    const { registrationId } = identity;
    const entry = await options.services.entry(job.instance, identity);
    if (entry.seen === 'unknown') return fail(entry.problem as Problem);
    const registration = await options.services.registration(job.instance, registrationId);
    if (registration.seen === 'unknown') return fail(registration.problem as Problem);
    const assignedHub = registration.seen === 'found' ? registration.value.assignedHub : null;
    const settings = entry.seen === 'found' ? entry.value.settings : {};
    const effect = reprovisionEffect({ ...policyOf(settings), assignedHub });
    return ok<{ serial: string; registrationId: string; assignedHub: string | null; effect: ReprovisionEffect }>({
      serial,
      registrationId,
      assignedHub,
      effect,
    });
  }

  async function now(): Promise<NonNullable<StreamValue<'quality'>>> {
    const [newest, lot] = [await store.lastVerifications(null, newestShown), await lots.current()];
    const trouble = newest.ok ? (lot.ok ? null : lot.problem) : newest.problem;
    return {
      running: [...verifications.running()],
      newest: newest.ok ? [...newest.value] : [],
      lot: lot.ok ? lot.value : null,
      problem: trouble === null ? null : { code: trouble.code, facts: { ...trouble.facts } },
    };
  }

  return {
    calls: {
      ...verificationCalls(options),
      'verify-preview': ({ text }) => preview(text),
      'evidence-pack': ({ serial, actor }) => evidencePack(options, serial, actor),
      ...lotCalls(lots),
    },
    watch: (listener) => {
      let stopped = false;
      let asked = false;
      let reading = false;
      const look = (): void => {
        asked = true;
        if (!reading) void read();
      };
      const read = async (): Promise<void> => {
        reading = true;
        while (asked && !stopped) {
          asked = false;
          const value = await now();
          if (!stopped) listener(value);
        }
        reading = false;
      };
      watchers.add(look);
      look();
      return () => {
        stopped = true;
        watchers.delete(look);
      };
    },
    finished: verifications.finished,
    changed: () => {
      for (const look of [...watchers]) look();
    },
  };
}

/** What the service said of policy and hubs, as far as it decides. */
function policyOf(settings: Readonly<Record<string, unknown>>): Pick<ReprovisionFacts, 'policy' | 'hubs'> {
  const { reprovisionPolicy, iotHubs, iotHubHostName } = settings;
  const hubs = Array.isArray(iotHubs) ? iotHubs.map(String) : [];
  return {
    policy: (reprovisionPolicy ?? null) as ReprovisionFacts['policy'],
    hubs: hubs.length > 0 || typeof iotHubHostName !== 'string' ? hubs : [iotHubHostName],
  };
}

type VerificationCalls = Pick<QualityCalls, 'verify' | 'verify-stop' | 'verification-list' | 'verification'>;

function verificationCalls({ verifications, store }: QualityDeskOptions): VerificationCalls {
  return {
    verify: (order) => verifications.verify(order),
    'verify-stop': async ({ id, actor }) => {
      const refusal = verifications.stop(id, actor);
      return refusal === null ? ok({}) : fail(refusal);
    },
    'verification-list': async ({ before, skip = 0, limit, ...filter }) =>
      copied(await store.listVerifications({ before, skip, limit, filter })),
    verification: async ({ id }) => {
      const found = await store.verification(id);
      if (!found.ok) return found;
      return found.value === null ? fail(problem('verification-unknown', { id })) : ok(found.value);
    },
  };
}

type LotCalls = Pick<QualityCalls, 'lot-put' | 'lot-list' | 'lot-add' | 'lot-close' | 'lot-sample' | 'lot-report'>;

function lotCalls(lots: LotDesk): LotCalls {
  return {
    'lot-put': (order) => lots.open(order),
    'lot-list': async ({ before, skip = 0, limit }) => copied(await lots.list({ before, skip, limit })),
    'lot-add': ({ lot, serials, actor }) => lots.add(lot, serials, actor),
    'lot-close': ({ lot, actor }) => lots.close(lot, actor),
    'lot-sample': ({ lot }) => lots.sample(lot),
    'lot-report': ({ lot, format }) => lots.report(lot, format),
  };
}

/** The pack of a unit's newest finished verification, and a line in the journal that somebody took it. */
async function evidencePack(options: QualityDeskOptions, serial: string, actor: string) {
  const { store, signer, packer, clock } = options;
  const last = await store.lastVerifications(serial, 1);
  if (!last.ok) return last;
  const [verification] = last.value;
  if (verification === undefined) return fail(problem('evidence-missing', { serial }));
  const unit = await readUnit(serial, store);
  if (!unit.ok) return unit;
  // What was found of the identity before says nothing of the one that the unit has now.
  if (verification.jobId !== (unit.value.job?.id ?? null)) return fail(problem('evidence-outdated', { serial }));
  const origin = { ...options.origin, actor };
  const facts = { verification: verification.id };
  const noted = { write: 'noted', event: 'evidence-packed', serial, facts } as const;
  const committed = await store.commit({ origin, at: isoNow(clock), writes: [noted] });
  if (!committed.ok) return committed;
  const journal = await store.unitJournal(serial);
  if (!journal.ok) return journal;
  const head = await headOf(store);
  if (!head.ok) return head;
  const key = await signer.publicKeyPem();
  if (!key.ok) return key;
  const files = evidenceFiles({
    unit: unit.value,
    verification,
    journal: journal.value,
    issuerPem: issuerPemOf(unit.value, options.recipe),
    stationKeyPem: key.value,
    verifier: packer.verifier(),
    head: head.value,
    packedBy: actor,
    packedAt: isoNow(clock),
  });
  const signature = await signer.sign(files.at(-1)?.bytes ?? new Uint8Array());
  if (!signature.ok) return signature;
  const bytes = packer.pack([...files, { name: 'manifest.sig', bytes: signature.value }]);
  const name = `evidence-${serial.replace(/[^A-Za-z0-9._-]/g, '-')}.zip`;
  return ok({ name, base64: Buffer.from(bytes).toString('base64') });
}

/** The newest line of the journal. */
async function headOf(store: StationStore): Promise<Result<{ seq: number; hash: string }, Problem>> {
  const numbers = await store.queueNumbers({ hardwareIds: [], jobIds: [] });
  if (!numbers.ok) return numbers;
  const page = await store.listJournal({ after: numbers.value.newestLine - 1, limit: 1 });
  if (!page.ok) return page;
  const { seq = 0, hash = '' } = page.value.rows[0] ?? {};
  return ok({ seq, hash });
}

function copied<T>(
  page: Result<ListPage<T>, Problem>,
): Result<{ rows: T[]; next: number | null; total: number }, Problem> {
  return page.ok ? ok({ ...page.value, rows: [...page.value.rows] }) : page;
}
