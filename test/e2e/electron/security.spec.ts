import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { type LaunchedElectron, launchElectron } from '../launch-electron.ts';

/*
 * What the page of the desktop app may do, read back from the running app: each point of docs/security.md that
 * Chromium or Electron is to hold. Attempts are made in the page itself, as foreign code in it would make them.
 */
const electron = test.extend<{ launched: LaunchedElectron }>({
  launched: async ({ dataFolder }, use) => {
    const launched = await launchElectron({ dataFolder });
    await use(launched);
    await launched.close();
  },
});

const origin = 'dps-station://page';

electron('the page has no Node, and two functions to speak with the station', async ({ launched: { page } }) => {
  const seen = await page.evaluate(() => {
    const world = globalThis as unknown as Record<string, unknown>;
    const bridge = world['dpsStation'] as Record<string, unknown>;
    return {
      node: ['process', 'require', 'module', 'Buffer', 'global', 'electron'].filter(
        (name) => world[name] !== undefined,
      ),
      bridge: Object.entries(bridge).map(([name, value]) => `${name}: ${typeof value}`),
      frozen: Object.isFrozen(bridge),
      origin: world['origin'],
      secure: world['isSecureContext'],
    };
  });
  expect(seen).toEqual({
    node: [],
    bridge: ['send: function', 'onMessage: function'],
    frozen: true,
    origin,
    secure: true,
  });
});

electron('the window is sandboxed, isolated and without web views', async ({ launched: { app } }) => {
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
  });
});

electron('each load has a policy with a nonce of its own', async ({ launched: { page } }) => {
  const load = () =>
    page.evaluate(async () => {
      const { headers } = await fetch('/');
      return ['content-security-policy', 'x-content-type-options', 'referrer-policy'].map((name) => headers.get(name));
    });
  const [first, second] = [await load(), await load()];
  const nonceOf = (policy: string | null | undefined) =>
    /script-src 'self' 'nonce-([\w+/=]{22,})'/.exec(policy ?? '')?.[1];
  expect(nonceOf(first[0])).toBeTruthy();
  expect(nonceOf(second[0])).not.toBe(nonceOf(first[0]));
  expect(first[0]).toMatch(/^default-src 'none'; /);
  expect(first[0]).not.toContain('unsafe');
  expect(first.slice(1)).toEqual(['nosniff', 'no-referrer']);
});

electron('inline script, eval and what is elsewhere are refused', async ({ launched: { page } }) => {
  const outcome = await page.evaluate(async () => {
    const world = globalThis as unknown as {
      document: { createElement(tag: string): Record<string, unknown>; body: { append(node: unknown): void } };
      ran?: boolean;
    };
    const script = world.document.createElement('script');
    script['textContent'] = 'globalThis.ran = true';
    world.document.body.append(script);
    // From a timer: code that a debugger is running at the moment is allowed to evaluate.
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          resolve(new Function('return "evaluated"')());
        } catch (error) {
          resolve((error as Error).name);
        }
      }),
    );
    const fetched = await fetch('https://example.com/')
      .then(() => 'answered')
      .catch(() => 'refused');
    const frame = world.document.createElement('iframe');
    frame['src'] = 'https://example.com/';
    world.document.body.append(frame);
    return { inline: world.ran ?? false, evaluated, fetched };
  });
  expect(outcome).toEqual({ inline: false, evaluated: 'EvalError', fetched: 'refused' });
  const foreign = page.frames().filter((frame) => /^https?:/.test(frame.url()));
  expect(foreign).toEqual([]);
});

electron('no file beside the page is served', async ({ launched: { page } }) => {
  const status = (path: string) => page.evaluate(async (asked) => (await fetch(asked)).status, path);
  for (const path of ['/../main/index.cjs', '/..%2fmain%2findex.cjs', '/%2e%2e/main/index.cjs', '/nothing', '/%00'])
    expect([path, await status(path)]).toEqual([path, 404]);
});

electron('permissions are denied', async ({ launched: { page, app } }) => {
  const states = await page.evaluate(async () => {
    const { navigator, Notification } = globalThis as unknown as {
      navigator: {
        permissions: { query(of: { name: string }): Promise<{ state: string }> };
        geolocation: { getCurrentPosition(ok: () => void, refused: () => void): void };
        clipboard: { readText(): Promise<string> };
        mediaDevices: { getUserMedia(of: object): Promise<unknown> };
        serial: { getPorts(): Promise<unknown[]>; requestPort(): Promise<unknown> };
        usb: { getDevices(): Promise<unknown[]>; requestDevice(of: object): Promise<unknown> };
        hid: { getDevices(): Promise<unknown[]>; requestDevice(of: object): Promise<unknown[]> };
      };
      Notification: { requestPermission(): Promise<string> };
    };
    const refused = (attempt: Promise<unknown>) =>
      attempt
        .then((value) => (Array.isArray(value) && value.length === 0 ? 'refused' : 'given'))
        .catch(() => 'refused');
    const asked = ['geolocation', 'notifications', 'clipboard-read', 'camera', 'microphone', 'midi', 'background-sync'];
    const states: Record<string, string> = {};
    for (const name of asked)
      states[name] = (await navigator.permissions.query({ name }).catch(() => ({ state: 'denied' }))).state;
    states['position'] = await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('given'),
        () => resolve('refused'),
      ),
    );
    states['notification'] = await Notification.requestPermission();
    states['clipboard text'] = await refused(navigator.clipboard.readText());
    states['media'] = await refused(navigator.mediaDevices.getUserMedia({ audio: true }));
    states['serial ports'] = await refused(navigator.serial.getPorts());
    states['serial port'] = await refused(navigator.serial.requestPort());
    states['usb devices'] = await refused(navigator.usb.getDevices());
    states['usb device'] = await refused(navigator.usb.requestDevice({ filters: [] }));
    states['hid devices'] = await refused(navigator.hid.getDevices());
    states['hid device'] = await refused(navigator.hid.requestDevice({ filters: [] }));
    return states;
  });
  expect(Object.entries(states).filter(([, state]) => state !== 'denied' && state !== 'refused')).toEqual([]);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

electron('it goes nowhere and opens nothing', async ({ launched: { page, app } }) => {
  const refused = await page.evaluate(() => {
    const world = globalThis as unknown as { open(address: string): unknown; location: { href: string } };
    const opened = ['https://example.com/', 'dps-station://page/', 'about:blank', 'file:///etc/passwd'].filter(
      (address) => world.open(address) !== null,
    );
    for (const address of ['https://example.com/', 'file:///etc/passwd', 'data:text/html,x', 'dps-station://other/'])
      world.location.href = address;
    return opened;
  });
  expect(refused).toEqual([]);
  // A message there and back: whatever was to happen has begun by then.
  expect(await page.evaluate(() => (globalThis as unknown as { origin: string }).origin)).toBe(origin);
  expect(page.url()).toMatch(new RegExp(`^${origin}/`));
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

electron('a reload starts anew, and the old load is served no more', async ({ launched: { page } }) => {
  await askHost(page, 1);
  await page.reload();
  expect(await askHost(page, 2)).toMatchObject({ id: 2, is: 'value' });
});

electron('the page may load itself again, on whichever of its pages it is', async ({ launched: { page } }) => {
  await page.evaluate(() => {
    const world = globalThis as unknown as { location: { hash: string }; before: boolean };
    world.location.hash = '#/records';
    world.before = true;
  });
  // As a button of the page does it, and not as a debugger would.
  await page.evaluate(() => (globalThis as unknown as { location: { reload(): void } }).location.reload());
  // An event could be the first load's, come late: the old world is gone when its mark is.
  await page.waitForFunction(() => !('before' in globalThis));
  expect(page.url()).toBe(`${origin}/#/records`);
  expect(await askHost(page, 1)).toMatchObject({ id: 1, is: 'value' });
});

electron('a message from anybody else is ignored', async ({ launched: { page, app } }) => {
  expect(await askHost(page, 1)).toMatchObject({ id: 1, is: 'value' });
  await app.evaluate(async ({ BrowserWindow, ipcMain }) => {
    // A page that has Node itself, and so everything that our page has not: it is only not ours.
    const foreign = new BrowserWindow({
      show: false,
      webPreferences: { nodeIntegration: true, contextIsolation: false },
    });
    await foreign.loadURL('data:text/html,<title>foreign</title>');
    const arrived = new Promise((resolve) => ipcMain.once('dps-station:to-station', resolve));
    await foreign.webContents.executeJavaScript(`
      globalThis.heard = [];
      const { ipcRenderer } = require('electron');
      ipcRenderer.on('dps-station:to-page', (_event, ...words) => heard.push(words));
      ipcRenderer.send('dps-station:to-station', 'foreign', { do: 'call', id: 1, name: 'settings-get', input: {} });
      ipcRenderer.send('dps-station:to-station', 'foreign', { do: 'watch', id: 2, name: 'host' });
      undefined;`);
    await arrived;
  });
  // Our own page asks later and is answered: by then the foreign one would have been.
  expect(await askHost(page, 2)).toMatchObject({ id: 2, is: 'value' });
  const heard = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((window) => window.webContents.getURL().startsWith('data:'))
      ?.webContents.executeJavaScript('heard'),
  );
  expect(heard).toEqual([]);
});

electron('the second start brings the first one to the front and ends', async ({ launched: { app }, dataFolder }) => {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const second = app.process().spawnfile;
  const { spawn } = await import('node:child_process');
  const words = app
    .process()
    .spawnargs.slice(1)
    .filter((word) => !/^--(inspect|remote-debugging)/.test(word));
  const loader = words.indexOf('-r');
  if (loader >= 0) words.splice(loader, 2);
  const child = spawn(second, words, { stdio: ['ignore', 'ignore', 'pipe'], env: await environmentOf(app) });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  expect(said).toContain(`open already on ${dataFolder}`);
  await expect
    .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isMinimized())))
    .toEqual([false]);
});

electron(
  'a download of what the page made asks where to; any other is refused',
  async ({ launched: { page, app } }) => {
    const asked = app.evaluate(
      ({ session }) =>
        new Promise<readonly [string, boolean]>((resolve) =>
          session.defaultSession.on('will-download', (event, item) => {
            const outcome = [item.getURL().split(':')[0] ?? '', event.defaultPrevented] as const;
            event.preventDefault(); // no dialog in a test
            resolve(outcome);
          }),
        ),
    );
    await page.evaluate(() => {
      const world = globalThis as unknown as {
        document: { createElement(tag: string): { href: string; download: string; click(): void } };
        URL: { createObjectURL(of: Blob): string };
        Blob: new (parts: string[]) => Blob;
      };
      const link = world.document.createElement('a');
      link.href = world.URL.createObjectURL(new world.Blob(['a;b']));
      link.download = 'records.csv';
      link.click();
    });
    expect(await asked).toEqual(['blob', false]);
  },
);

electron('nothing of the page is kept outside the data folder', async ({ launched: { app }, dataFolder }) => {
  const places = await app.evaluate(({ app: own }) =>
    ['userData', 'sessionData', 'crashDumps'].map((name) => own.getPath(name as 'userData')),
  );
  for (const place of places) expect(place.startsWith(dataFolder)).toBe(true);
  expect(readdirSync(dataFolder)).toContain('window');
});

/** Watches the host with an id of its own and answers the first reply. */
function askHost(page: Page, id: number): Promise<unknown> {
  return page.evaluate((asked) => {
    type Reply = { readonly id: number };
    const { dpsStation } = globalThis as unknown as {
      dpsStation: { send(message: unknown): void; onMessage(listener: (reply: Reply) => void): void };
    };
    return new Promise((resolve) => {
      dpsStation.onMessage((reply) => {
        if (reply.id === asked + 1_000_000) resolve({ ...reply, id: asked });
      });
      dpsStation.send({ do: 'watch', id: asked + 1_000_000, name: 'host' });
    });
  }, id);
}

function environmentOf(app: ElectronApplication): Promise<Record<string, string>> {
  return app.evaluate(() => ({ ...process.env }) as Record<string, string>);
}
