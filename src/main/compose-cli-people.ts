import { basename, join } from 'node:path';
import { type Client, connect } from '../shared/link/connect.ts';
import { type Problem, type ProblemFacts, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { makeModeFolder } from './adapters/files/station-folder.ts';
import { connectLocalLink } from './adapters/local-link/local-link.ts';
import { putBackCopy } from './adapters/sqlite/people-copy.ts';
import { prepareDatabase } from './adapters/sqlite/prepare.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import type { CliTools } from './cli/tools.ts';
import { lockFolder, openFolder } from './compose-folder.ts';
import { noteInBooks } from './compose-note.ts';
import { openPeople, type People } from './compose-people.ts';
import { isoNow } from './ports/clock.ts';

/**
 * People at a terminal. A command proves its badge twice where another process owns the folder: here, before it does
 * anything, and to the owner, for the calls of its one link. The owner cannot take the first proof on trust, and the
 * person at its bench is somebody else. The PIN waits for that as text, until the process ends.
 */
let proof: { readonly badge: string; readonly pin: string | null } | null = null;
let opened: { readonly dataFolder: string; readonly people: People } | null = null;

function peopleAt(dataFolder: string, settings: Settings): People {
  if (opened?.dataFolder === dataFolder) return opened.people;
  const people = openPeople({ dataFolder, settings: () => settings, signsOut: false });
  opened = { dataFolder, people };
  process.once('exit', () => people.close());
  return people;
}

const identify: CliTools['identify'] = async ({ dataFolder, settings, act, claimed, badge, pin }) => {
  const { desk } = peopleAt(dataFolder, settings);
  const known = desk.isKnown();
  if (!known.ok) return known;
  if (!known.value) return ok(claimed);
  if (badge === null) return fail(problem('badge-needed'));
  let given: string | null = null;
  const bare = await desk.prove(badge, null);
  if (!bare.ok && bare.problem.code === 'pin-needed') {
    const asked = await pin();
    if (!asked.ok) return asked;
    given = asked.value.toString('utf8');
    asked.value.fill(0);
  }
  const signedIn = await desk.badgeIn(badge, given);
  if (!signedIn.ok) return signedIn;
  proof = { badge, pin: given };
  return desk.permit(act, claimed);
};

/** Puts the badge of this command before the calls of this link. */
async function proveTo(client: Client): Promise<Result<unknown, Problem>> {
  return proof === null ? ok(null) : client.call('badge-in', { ...proof, actor: proof.badge, at: 'link' });
}

const read: CliTools['readPeople'] = async (dataFolder, settings, name, input) => {
  const handle = peopleAt(dataFolder, settings).handlers.calls[name] as (input: unknown) => Promise<never>;
  return handle(input);
};

const change: CliTools['changePeople'] = async (dataFolder, settings, name, input) => {
  const { mode } = settings;
  const folder = openFolder(dataFolder, mode, `people ${name}`);
  if (!folder.ok) {
    const connected = folder.problem.code === 'folder-owned' ? await connectLocalLink(join(dataFolder, mode)) : null;
    if (connected === null) return folder;
    const client = connect(connected.link);
    const proved = await proveTo(client);
    const answer = proved.ok ? await client.call(name, input) : proved;
    connected.close();
    return answer;
  }
  try {
    const people = peopleAt(dataFolder, settings);
    const handle = people.handlers.calls[name] as (input: unknown) => Promise<never>;
    return await changeHere(people, folder.value.file, mode, () => handle(input));
  } finally {
    folder.value.release();
  }
};

/** No station is open: what was done is written into its books all the same. */
async function changeHere<T>(
  people: People,
  file: string,
  mode: Settings['mode'],
  task: () => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  const deeds: { event: string; actor: string; facts: ProblemFacts }[] = [];
  people.noteInto(async (event, actor, facts) => void deeds.push({ event, actor, facts }));
  const answer = await task();
  people.noteInto(null);
  for (const { event, actor, facts } of deeds) {
    const noted = await noteInBooks(file, mode, { actor, at: isoNow(systemClock) }, { event, facts });
    if (!noted.ok) return noted;
  }
  return answer;
}

/** Nobody else may have the folder: its station would go on without what comes back. */
const restore: CliTools['restorePeople'] = async (dataFolder, { mode }) => {
  const made = makeModeFolder(dataFolder, mode);
  if (!made.ok) return made;
  const lock = lockFolder(made.value, 'people restore');
  if (!lock.ok) return lock;
  try {
    const at = isoNow(systemClock);
    const setAside = putBackCopy(join(dataFolder, 'people.db'), at);
    if (!setAside.ok) return setAside;
    const file = join(made.value, 'station.db');
    const prepared = prepareDatabase(file);
    const deed = { event: 'people-restored', facts: { setAside: basename(setAside.value) } };
    const noted = prepared.ok ? await noteInBooks(file, mode, { actor: 'terminal', at }, deed) : prepared;
    return ok({ setAside: setAside.value, noted });
  } finally {
    lock.value.release();
  }
};

/** What commands ask about people; see {@link CliTools}. */
export const cliPeople = {
  identify,
  proveTo,
  read,
  change,
  restore,
  /** The people of a folder as this command has proved itself to them, for a station that it opens. */
  at: (dataFolder: string): { readonly people?: People } =>
    opened?.dataFolder === dataFolder ? { people: opened.people } : {},
};
