import { once } from 'node:events';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { launchElectron } from '../launch-electron.ts';

/* Closing the window while units are being worked on. The person who answers the system's dialog is played here. */

test('asks while units are being worked on, and stays when told so', async ({ dataFolder }) => {
  const { app, page } = await launchElectron({ dataFolder });
  const exited = once(app.process(), 'exit');
  await playPerson(app);
  await untilWorking(page);
  await closeWindow(app);
  await expect.poll(() => questions(app)).toEqual([expect.stringMatching(/^\d+ units? (is|are) being worked on\.$/)]);
  await answer(app, 'Keep working');
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  app.process().kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('stops in order when told that', async ({ dataFolder }) => {
  const { app, page } = await launchElectron({ dataFolder });
  const exited = once(app.process(), 'exit');
  await playPerson(app);
  await untilWorking(page);
  await closeWindow(app);
  await expect.poll(async () => (await questions(app)).length).toBe(1);
  await answer(app, 'Stop after the boards that are being written');
  expect(await exited).toEqual([0, null]);
});

test('keeps the machine awake while units are being worked on', async ({ dataFolder }) => {
  const { app, page } = await launchElectron({ dataFolder });
  const exited = once(app.process(), 'exit');
  await playPerson(app);
  const blocking = () =>
    app.evaluate(({ powerSaveBlocker }) => [0, 1, 2, 3].some((id) => powerSaveBlocker.isStarted(id)));
  expect(await blocking()).toBe(false);
  await untilWorking(page);
  await expect.poll(blocking).toBe(true);
  app.process().kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

/** From now on questions of the app wait for {@link answer}. */
function playPerson(app: ElectronApplication): Promise<void> {
  return app.evaluate(({ dialog }) => {
    const asked: { message: string; buttons: string[]; answer(response: number): void }[] = [];
    (globalThis as unknown as { asked: typeof asked }).asked = asked;
    dialog.showMessageBox = ((...words: readonly unknown[]) => {
      const { message, buttons } = words.at(-1) as { message: string; buttons: string[] };
      return new Promise((resolve) =>
        asked.push({ message, buttons, answer: (response) => resolve({ response, checkboxChecked: false }) }),
      );
    }) as typeof dialog.showMessageBox;
  });
}

type Asked = { readonly message: string; readonly buttons: readonly string[]; answer(response: number): void };

function questions(app: ElectronApplication): Promise<readonly string[]> {
  return app.evaluate(() => (globalThis as unknown as { asked: Asked[] }).asked.map(({ message }) => message));
}

function answer(app: ElectronApplication, button: string): Promise<void> {
  return app.evaluate((_electron, chosen) => {
    const last = (globalThis as unknown as { asked: Asked[] }).asked.at(-1);
    last?.answer(last.buttons.indexOf(chosen));
  }, button);
}

function closeWindow(app: ElectronApplication): Promise<void> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
}

/** Lets the bench work through its tray and resolves when the station says that a slot is at work. */
function untilWorking(page: Page): Promise<void> {
  return page.evaluate(() => {
    type Reply = { readonly id: number; readonly value?: unknown };
    const { dpsStation } = globalThis as unknown as {
      dpsStation: { send(message: unknown): void; onMessage(listener: (reply: Reply) => void): () => void };
    };
    const [host, station, work, tray] = [2_000_001, 2_000_002, 2_000_003, 2_000_004];
    return new Promise<void>((resolve) => {
      const stop = dpsStation.onMessage(({ id, value }) => {
        if (id === host && (value as { state: string }).state === 'open') {
          dpsStation.send({ do: 'unwatch', id: host });
          dpsStation.send({
            do: 'call',
            id: tray,
            name: 'bench',
            input: { actor: 'test', deed: { deed: 'new-tray' } },
          });
        }
        if (id === tray) {
          dpsStation.send({ do: 'call', id: work, name: 'bench', input: { actor: 'test', deed: { deed: 'work' } } });
          dpsStation.send({ do: 'watch', id: station, name: 'station' });
        }
        if (id !== station) return;
        const { slots } = value as { slots: readonly { state: string }[] };
        if (!slots.some(({ state }) => state === 'working')) return;
        dpsStation.send({ do: 'unwatch', id: station });
        stop();
        resolve();
      });
      dpsStation.send({ do: 'watch', id: host, name: 'host' });
    });
  });
}
