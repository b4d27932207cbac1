import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { defaultDataFolder } from './adapters/files/station-folder.ts';
import { openHost } from './compose-host.ts';
import { places } from './compose-places.ts';
import type { PageFile, ScreenTools } from './ports/station-host.ts';
import { softwareVersion } from './version.ts';

/** What the doors with a screen may do, put together from the parts of the station. */
export const screenTools: ScreenTools = {
  version: softwareVersion,
  defaultDataFolder: () => process.env['DPS_STATION_DATA'] ?? defaultDataFolder(),
  openHost,
  readPage,
  // The log of the folder may be what broke; standard error is there in any case.
  onBug: (error) => void process.stderr.write(`a call failed in a way nobody named: ${String(error)}\n`),
};

const pageFolder = places.page;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.json': 'application/json',
};

/** The place in the built page where each load's own nonce goes (`html.cspNonce` of the build). */
const noncePlace = 'CSP-NONCE-OF-THIS-LOAD';

async function readPage(path: string, nonce: string): Promise<PageFile | null> {
  const file = path === '/' ? join(pageFolder, 'index.html') : normalize(join(pageFolder, path));
  const type = types[extname(file)];
  if (type === undefined || !file.startsWith(pageFolder + sep)) return null;
  try {
    const body = await readFile(file);
    if (!file.endsWith('.html')) return { body, type };
    return { body: Buffer.from(body.toString('utf8').replaceAll(noncePlace, nonce), 'utf8'), type };
  } catch {
    return null;
  }
}
