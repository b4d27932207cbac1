import './check-runtime.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

/*
 * Draws resources/icons/icon.svg in every size and packs the sizes for Windows and macOS. Run it after a change to the
 * drawing; needs a Chromium (DPS_STATION_CHROMIUM, default /usr/bin/chromium).
 */
const folder = join(import.meta.dirname, '..', 'resources', 'icons');
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024] as const;

const pictures = await draw(readFileSync(join(folder, 'icon.svg'), 'utf8'));
for (const [size, png] of pictures) writeFileSync(join(folder, `${size}x${size}.png`), png);
writeFileSync(join(folder, 'icon.ico'), ico([16, 24, 32, 48, 64, 128, 256]));
writeFileSync(join(folder, 'icon.icns'), icns());

async function draw(svg: string): Promise<ReadonlyMap<number, Buffer>> {
  const browser = await chromium.launch({
    executablePath: process.env['DPS_STATION_CHROMIUM'] ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const drawn = new Map<number, Buffer>();
    for (const size of sizes) {
      const page = await browser.newPage({ viewport: { width: size, height: size } });
      await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
      drawn.set(size, await page.screenshot({ omitBackground: true }));
      await page.close();
    }
    return drawn;
  } finally {
    await browser.close();
  }
}

function picture(size: number): Buffer {
  const png = pictures.get(size);
  if (png === undefined) throw new Error(`there is no picture of ${size} pixels`);
  return png;
}

/** ICO with PNG entries (Windows Vista and later): header of 6 bytes, 16 per entry, 256 written as 0. */
function ico(of: readonly number[]): Buffer {
  const header = Buffer.alloc(6 + 16 * of.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(of.length, 4);
  let offset = header.length;
  for (const [index, size] of of.entries()) {
    const at = 6 + 16 * index;
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(picture(size).length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += picture(size).length;
  }
  return Buffer.concat([header, ...of.map(picture)]);
}

/** ICNS with PNG entries (OS X 10.7 and later): a four-letter type and a length that counts itself, each. */
function icns(): Buffer {
  const types: readonly (readonly [string, number])[] = [
    ['icp4', 16],
    ['icp5', 32],
    ['icp6', 64],
    ['ic07', 128],
    ['ic08', 256],
    ['ic09', 512],
    ['ic10', 1024],
  ];
  const entries = types.map(([type, size]) => chunk(type, picture(size)));
  return chunk('icns', Buffer.concat(entries));
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}
