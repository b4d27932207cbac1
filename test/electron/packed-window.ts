import { type ChildProcess, spawn } from 'node:child_process';
import { chromium, type Page } from '@playwright/test';
import { expect, vi } from 'vitest';
import type { CallInput, CallName, CallOutput } from '../../src/shared/contract.ts';
import { displayForWindows } from '../e2e/display.ts';
import { rootArgs } from '../e2e/launch-electron.ts';

/** A packaged app with its window, driven over the page: it answers no debugger of its main process. */
export type PackedWindow = {
  readonly page: Page;
  readonly process: ChildProcess;
  /** One call of the contract, through what the preload gives the page; throws when the answer is a problem. */
  ask<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>;
  /** The latest value of a stream. */
  see(stream: string): Promise<unknown>;
  /** Sends the signal and resolves with how the process ended. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: string | null }>;
};

/** Starts a packaged app on a data folder and waits for its page. */
export async function openPackedWindow(executable: string, dataFolder: string): Promise<PackedWindow> {
  const child = spawn(executable, [...rootArgs(), '--remote-debugging-port=0', '--data', dataFolder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DISPLAY: await displayForWindows() },
  });
  process.once('exit', () => child.kill('SIGKILL')); // a test that failed leaves nothing behind
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const address = await debuggingAddress(child);
  // Who attaches while the first page is being made may wait for ever.
  await vi.waitFor(async () => expect((await pagesAt(address)).join()).toContain('dps-station://page/'), 30_000);
  const browser = await chromium.connectOverCDP(address);
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error('the app shows no page');
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  let lastId = 1_000_000; // the page's own calls count from 1

  const exchange = (message: Record<string, unknown>) =>
    page.evaluate((request) => {
      type Reply = { readonly id: number; readonly is: string; readonly value?: unknown; readonly problem?: unknown };
      const { dpsStation } = globalThis as unknown as {
        dpsStation: { send(message: unknown): void; onMessage(listener: (message: Reply) => void): () => void };
      };
      return new Promise<Reply>((resolve) => {
        const stop = dpsStation.onMessage((reply) => {
          if (reply.id !== request['id']) return;
          stop();
          resolve(reply);
        });
        dpsStation.send(request);
      });
    }, message);

  return {
    page,
    process: child,
    ask: async (name, input) => {
      const reply = await exchange({ do: 'call', id: ++lastId, name, input });
      if (reply.is !== 'value') throw new Error(`${name}: ${JSON.stringify(reply.problem)}`);
      return reply.value as never;
    },
    see: async (stream) => (await exchange({ do: 'watch', id: ++lastId, name: stream })).value,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Addresses of the pages, as Chromium lists them to anybody who asks before attaching. */
async function pagesAt(address: string): Promise<readonly string[]> {
  const answer = await fetch(`http://${new URL(address).host}/json/list`);
  return ((await answer.json()) as readonly { readonly url: string }[]).map(({ url }) => url);
}

/** Chromium writes where it can be driven to standard error. */
function debuggingAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.stdout?.resume();
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}: ${text.slice(-500)}`)));
  });
}
