import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeProblem } from '../shared/describe-problem.ts';
import { type Problem, problem } from '../shared/problem.ts';
import type { Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { publicKeyFile } from './adapters/files/public-key-file.ts';
import { readSettings } from './adapters/files/settings-file.ts';
import { freeBytes, makeModeFolder } from './adapters/files/station-folder.ts';
import { createSerialportFinder } from './adapters/line/serialport-finder.ts';
import { createSerialportOpener } from './adapters/line/serialport-line.ts';
import { backupFolderOf, backupsIn } from './adapters/sqlite/backup-file.ts';
import { createBooks } from './adapters/sqlite/station-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import type { SignInPrompt } from './compose-access.ts';
import { connectHubs } from './compose-hubs.ts';
import { connectInstances } from './compose-instances.ts';
import { places } from './compose-places.ts';
import { loadRecipe } from './compose-recipe.ts';
import { publicKeyName } from './compose-trust.ts';
import { closedVault, type VaultBackend, type Vaults, vaultFile } from './compose-vault.ts';
import { judgeReadiness } from './domain/mode-rules.ts';
import type { Books } from './ports/station-handle.ts';
import type { Vault } from './ports/vault.ts';
import { recordsPerCheckpoint } from './station/audit/checkpoints.ts';
import { releasedAt } from './version.ts';

/** One thing that was looked at. */
export type Finding = {
  readonly about: string;
  readonly ok: boolean;
  readonly text: string;
  readonly remedy: string | null;
};

const comfortableBytes = 1024 ** 3;

/** Looks at everything a station stands on; changes nothing, and goes on after each bad finding. */
export async function examine(vaults: Vaults, onSignIn: (prompt: SignInPrompt) => void): Promise<readonly Finding[]> {
  const { dataFolder } = vaults;
  const read = readSettings(dataFolder);
  if (!read.ok) return [bad('settings', read.problem)];
  const settings = read.value;
  const findings: Finding[] = [
    good('settings', `${settings.mode}, station "${settings.station}", ${settings.slots} slots`),
  ];
  const folder = makeModeFolder(dataFolder, settings.mode);
  if (!folder.ok) return [...findings, bad('disk', folder.problem)];
  const kept = await vaults.of(settings.mode, settings);
  findings.push(...(await examineDatabase(folder.value)), examineDisk(folder.value));
  findings.push(...(await examineVault(kept, dataFolder, settings)), ...(await examinePorts()));
  const vault = kept.ok ? kept.value : closedVault();
  findings.push(examineRecipe(settings), ...(await examineCloud(settings, vault, onSignIn)));
  findings.push(...(await examineHubs(settings, vault)));
  return findings;
}

function good(about: string, text: string): Finding {
  return { about, ok: true, text, remedy: null };
}

function bad(about: string, cause: Problem): Finding {
  const { title, remedy } = describeProblem(cause);
  return { about, ok: false, text: title, remedy };
}

function examineDisk(folder: string): Finding {
  const free = freeBytes(folder);
  const text = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${folder}`;
  return free > comfortableBytes
    ? good('disk', text)
    : { about: 'disk', ok: false, text, remedy: 'Make room on the disk.' };
}

async function examineDatabase(folder: string): Promise<Finding[]> {
  const file = join(folder, 'station.db');
  if (!existsSync(file)) return [good('database', 'none yet; it is made with the first unit'), clock(null)];
  const books = createBooks({ file, thread: places.storeThread });
  try {
    const complaints = await books.integrity();
    if (!complaints.ok) return [bad('database', complaints.problem)];
    const counts = await books.counts();
    if (!counts.ok) return [bad('database', counts.problem)];
    const { jobs, items, newestRecordAt } = counts.value;
    const text = `whole; ${jobs.passed} passed, ${items.pending} waiting, ${items.parked} parked`;
    const database: Finding =
      complaints.value.length === 0
        ? good('database', text)
        : bad('database', { code: 'database-damaged', facts: { file, reason: complaints.value[0] ?? '' } });
    return [database, await examineAudit(folder, books), examineBackups(file), clock(newestRecordAt)];
  } finally {
    await books.close();
  }
}

/** The chain of records, by the station's own key. */
async function examineAudit(folder: string, books: Books): Promise<Finding> {
  const keys = publicKeyFile(join(folder, publicKeyName)).read();
  if (!keys.ok) return bad('audit', keys.problem);
  const judged = await books.judgeChain(keys.value, []);
  if (!judged.ok) return bad('audit', judged.problem);
  const { records, newestCheckpoint, bad: fault } = judged.value;
  if (fault !== null) return bad('audit', problem('audit-broken', { seq: fault.seq, detail: fault.detail }));
  const unsigned = records - (newestCheckpoint ?? 0);
  // The record about a checkpoint is always behind it.
  if (unsigned > 2 * recordsPerCheckpoint)
    return bad('audit', problem('checkpoint-waits', { records: unsigned, cause: 'see "vault"' }));
  return good('audit', `${records} records, one chain; signed up to record ${newestCheckpoint ?? 0}`);
}

function examineBackups(file: string): Finding {
  const [newest] = backupsIn(backupFolderOf(file));
  return good('backup', newest === undefined ? 'none yet' : `${newest.at}, up to record ${newest.seq}`);
}

function clock(newestRecordAt: string | null): Finding {
  const now = new Date(systemClock.now()).toISOString();
  const refusal = judgeReadiness({ freeBytes: 1, neededBytes: 0, now, newestRecordAt, releasedAt });
  return refusal === null ? good('clock', now) : bad('clock', refusal);
}

async function examineVault(kept: Result<Vault, Problem>, dataFolder: string, settings: Settings): Promise<Finding[]> {
  const { mode, vault } = settings;
  const inUse = mode === 'training' ? 'file' : vault.backend;
  const others = (['file', 'passphrase', 'os'] as const satisfies readonly VaultBackend[])
    .map((backend) => [backend, vaultFile(dataFolder, mode, backend)] as const)
    // Beside vaults that are not in use: what a move left behind that broke off.
    .flatMap(([backend, file]) => (backend === inUse ? [`${file}.next`] : [file, `${file}.next`]))
    .filter((file) => existsSync(file))
    .map((file) => bad('vault', problem('vault-in-the-way', { file })));
  if (!kept.ok) return [bad('vault', kept.problem), ...others];
  const probe = await kept.value.get('doctor');
  if (!probe.ok && probe.problem.code !== 'secret-not-found') return [bad('vault', probe.problem), ...others];
  const accepted = inUse === 'file' && vault.acceptedBy !== undefined ? `, accepted by ${vault.acceptedBy}` : '';
  return [good('vault', `${kept.value.backend}${mode === 'production' ? accepted : ''}`), ...others];
}

async function examinePorts(): Promise<Finding[]> {
  const listed = await createSerialportFinder({ intervalInMs: 1_000 }).list();
  if (!listed.ok) return [bad('ports', listed.problem)];
  if (listed.value.length === 0) return [good('ports', 'no serial port is there now')];
  const findings: Finding[] = [];
  for (const line of listed.value.filter((one) => one.vendorId !== null)) {
    const opened = await createSerialportOpener().open(line.path, { baudRate: 115_200 });
    if (opened.ok) await opened.value.close();
    const name = `port ${line.path}`;
    findings.push(
      opened.ok ? good(name, `${line.vendorId}:${line.productId} ${line.usbSerial ?? ''}`) : bad(name, opened.problem),
    );
  }
  return findings.length > 0 ? findings : [good('ports', `${listed.value.length} there, none of them a USB adapter`)];
}

function examineRecipe(settings: Settings): Finding {
  const recipe = loadRecipe(settings.recipe);
  return recipe.ok
    ? good('recipe', `${recipe.value.recipe.title} (${recipe.value.recipe.name})`)
    : bad('recipe', recipe.problem);
}

/** The same at each hub. */
async function examineHubs(settings: Settings, vault: Vault): Promise<Finding[]> {
  const { hubs, troubles } = await connectHubs({ settings, vault, clock: systemClock });
  const findings = troubles.map((trouble) => bad('IoT Hub', trouble));
  for (const [name, hub] of hubs) {
    const answer = await hub.get('dps-station-doctor');
    findings.push(answer.ok ? good(`IoT Hub ${name}`, 'answers') : bad(`IoT Hub ${name}`, answer.problem.problem));
  }
  return findings;
}

/** A read of an id that cannot exist: the expected answer is that there is none. */
async function examineCloud(
  settings: Settings,
  vault: Vault,
  onSignIn: (prompt: SignInPrompt) => void,
): Promise<Finding[]> {
  if (Object.keys(settings.dps).length === 0) {
    return [good('DPS', 'no instance in the settings; units stay queued, "demo" uses the simulator')];
  }
  const instances = await connectInstances({ settings, vault, clock: systemClock, onSignIn });
  if (!instances.ok) return [bad('DPS', instances.problem)];
  const findings: Finding[] = [];
  for (const [name, instance] of instances.value) {
    const answer = await instance.registry.get('dps-station-doctor');
    findings.push(
      answer.ok
        ? good(`DPS ${name}`, 'answers, and takes what this station shows')
        : bad(`DPS ${name}`, answer.problem.problem),
      ...instance.advice.map((one) => ({ ...bad(`DPS ${name}`, one), ok: true })),
    );
  }
  return findings;
}
