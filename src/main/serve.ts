import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeProblem } from '../shared/describe-problem.ts';
import type { Problem } from '../shared/problem.ts';
import { screenTools } from './compose-screen.ts';
import type { StationHost } from './ports/station-host.ts';
import { openBrowser } from './web/open-browser.ts';
import { createSessions } from './web/sessions.ts';
import { openWebDoor } from './web/web-door.ts';

/* The web door: serve.ts [--data FOLDER] [--port N] [--open]. Prints the address; ends with Ctrl+C. */
const { values } = parseArgs({
  options: { data: { type: 'string' }, port: { type: 'string' }, open: { type: 'boolean', default: false } },
});
const dataFolder = values.data ?? screenTools.defaultDataFolder();
mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
const sessions = createSessions(join(dataFolder, 'web-door.json'));
const host = screenTools.openHost({ dataFolder, door: 'web' });
// No top-level await: the built form is CommonJS.
const opening = openWebDoor({
  handlers: host.handlers,
  readPage: screenTools.readPage,
  onBug: screenTools.onBug,
  sessions,
  port: values.port === undefined ? sessions.lastPort : Number(values.port),
  onUsed: () => void opening.then((door) => say(`A browser came in. For another one: ${door.address()}`)),
});
void opening.then((door) => {
  say(`DPS Station ${screenTools.version} in the browser: ${door.address()}`);
  tellTroubles(host);
  if (values.open) openBrowser(door.address());
});

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const { writing } = host.activity();
  if (writing > 0) say(`Waiting for ${writing} ${writing === 1 ? 'board' : 'boards'} whose secret is being written.`);
  await host.stop();
  await (await opening).close();
  process.exit(0);
}

function tellTroubles(of: StationHost): void {
  let told = '';
  of.onChange(() => {
    const { problem: cause, state } = of.state();
    const text = cause === null ? '' : JSON.stringify(cause);
    if (state === 'failed' && cause !== null && text !== told) {
      const { title, remedy } = describeProblem(cause as Problem);
      say(`${title}\n  -> ${remedy}`);
    }
    told = text;
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
