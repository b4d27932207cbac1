import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';

const root = join(import.meta.dirname, '../..');

/** Starts `serve.ts` on a data folder and resolves with its process and the address that it prints. */
export function startWebDoor(dataFolder: string, port?: string): Promise<{ process: ChildProcess; address: string }> {
  const program = join(root, 'src/main/serve.ts');
  const args = [program, '--data', dataFolder, ...(port === undefined ? [] : ['--port', port])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let out = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the web door ended with ${code}: ${out}`)));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const address = /http:\/\/\S+token=\S+/.exec(out)?.[0];
      if (address !== undefined) resolve({ process: child, address });
    });
  });
}

/** Debian's Chromium, without what would call home. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
}
