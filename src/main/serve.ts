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

/* The web door: serve.ts [--data FOLDER] [--port N] [--open]. Prints the address; ends with Ctrl+C. Exit code 2: wrong use. */
const asked = words();
if (asked !== null) open(asked);

type Asked = { readonly dataFolder: string; readonly port: number | null; readonly browser: boolean };

function words(): Asked | null {
  try {
    const { values } = parseArgs({
      options: { data: { type: 'string' }, port: { type: 'string' }, open: { type: 'boolean', default: false } },
    });
    const dataFolder = values.data ?? screenTools.defaultDataFolder();
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new Error('--port is a whole number from 0 to 65535');
    }
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    return { dataFolder, port, browser: values.open };
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('\n')[0]} (--data FOLDER, --port N, --open)\n`);
    process.exitCode = 2;
    return null;
  }
}

function open({ dataFolder, port, browser }: Asked): void {
  const sessions = createSessions(join(dataFolder, 'web-door.json'));
  const host = screenTools.openHost({ dataFolder, door: 'web' });
  // No top-level await: the built form is CommonJS.
  const opening = openWebDoor({
    handlers: host.handlers,
    readPage: screenTools.readPage,
    onBug: screenTools.onBug,
    sessions,
    port: port ?? sessions.lastPort,
    onUsed: () => void opening.then((door) => say(`A browser came in. For another one: ${door.address()}`)),
  });
  void opening.then((door) => {
    say(`DPS Station ${screenTools.version} in the browser: ${door.address()}`);
    tellTroubles(host);
    if (browser) openBrowser(door.address());
  });
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    const { writing } = host.activity();
    if (writing > 0) say(`Waiting for ${writing} ${writing === 1 ? 'board' : 'boards'} whose secret is being written.`);
    await host.stop();
    await (await opening).close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
}

/** Says on the terminal why the station stays shut, now and whenever that changes. */
function tellTroubles(of: StationHost): void {
  let told = '';
  const look = (): void => {
    const { problem: cause, state } = of.state();
    const text = cause === null ? '' : JSON.stringify(cause);
    if (state === 'failed' && cause !== null && text !== told) {
      const { title, remedy } = describeProblem(cause as Problem);
      say(`${title}\n  -> ${remedy}`);
    }
    told = text;
  };
  of.onChange(look);
  look();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
