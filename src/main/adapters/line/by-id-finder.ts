import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../../../shared/problem.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { LineFinder, LinePresence, Unsubscribe } from '../../ports/line.ts';
import type { Schedule } from './watch-presence.ts';
import { scheduleByTimer, watchPresence } from './watch-presence.ts';

/**
 * Vendor and product of adapters by what udev makes of their texts, because the names in the folder hold texts only: the
 * ST-LINK/V2-1 on the DevKit, and the usual serial adapters of boards with Linux (usb.ids).
 */
const adapters: readonly (readonly [RegExp, { readonly vendorId: string; readonly productId: string }])[] = [
  [/STM32_STLink/i, { vendorId: '0483', productId: '374b' }],
  [/^usb-FTDI_(FT232R|USB-RS232)/i, { vendorId: '0403', productId: '6001' }],
  [/^usb-FTDI_(FT230X|TTL232RG)/i, { vendorId: '0403', productId: '6015' }],
  [/^usb-Silicon_Labs_CP210/i, { vendorId: '10c4', productId: 'ea60' }],
  [/^usb-Prolific.*_PL2303|^usb-Prolific_Technology_Inc._USB-Serial/i, { vendorId: '067b', productId: '2303' }],
];
const unknownUsb = { vendorId: null, productId: null } as const;

/**
 * Reads a name of udev's `/dev/serial/by-id`: `usb-<vendor text>_<product text>_<serial>-if<NN>`, on some adapters with
 * `-port<N>` behind it. Null for other names.
 */
export function presenceFromById(folder: string, name: string): LinePresence | null {
  const serial = /^usb-.+_([^_]+)-if[0-9a-f]{2}(?:-port\d+)?$/.exec(name)?.[1];
  if (serial === undefined) return null;
  const usb = adapters.find(([text]) => text.test(name))?.[1] ?? unknownUsb;
  return { path: join(folder, name), usbSerial: serial, ...usb };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** True when the link leads somewhere; one left behind by a process that died does not. */
function leadsSomewhere(presence: LinePresence): Promise<boolean> {
  return stat(presence.path).then(
    () => true,
    () => false,
  );
}

/**
 * Watches a folder that comes and goes: udev removes it with the last device. `renew` looks whether the watch still
 * sits on the folder that the path names, and sets it anew if not.
 */
function folderWatch(folder: string): { renew(onChange: () => void): Promise<void>; end: Unsubscribe } {
  let watcher: FSWatcher | null = null;
  let watched: number | null = null;
  let ended = false;
  const drop = () => {
    watcher?.close();
    watcher = null;
    watched = null;
  };
  return {
    async renew(onChange) {
      const inode = await stat(folder).then(
        (found) => found.ino,
        () => null,
      );
      if (ended || inode === watched) return;
      drop();
      if (inode === null) return;
      try {
        watcher = watch(folder, { persistent: false }, onChange).on('error', drop);
        watched = inode;
      } catch {
        // No watch to be had (gone again, or the system's limit): the slow poll finds changes, only later.
        drop();
      }
    },
    end() {
      ended = true;
      drop();
    },
  };
}

/**
 * Finds lines by the links in a folder like `/dev/serial/by-id`: the path stays the same for one adapter, whatever
 * number its tty gets. A missing folder is an empty list. Changes are noticed by watching the folder, and at the latest
 * after `intervalInMs`, because such watches miss events.
 */
export function createByIdFinder(options: {
  readonly folder: string;
  readonly intervalInMs: number;
  readonly schedule?: Schedule;
}): LineFinder {
  const { folder, intervalInMs, schedule = scheduleByTimer } = options;
  const list: LineFinder['list'] = async () => {
    try {
      const names = (await readdir(folder)).sort();
      const found = names.map((name) => presenceFromById(folder, name)).filter((presence) => presence !== null);
      const there = await Promise.all(found.map(leadsSomewhere));
      return ok(found.filter((_presence, index) => there[index]));
    } catch (error) {
      const code = codeOf(error);
      return code === 'ENOENT' ? ok([]) : fail(problem('ports-not-listable', { reason: code }));
    }
  };
  return {
    list,
    watch(listener, onTrouble) {
      const folderChanges = folderWatch(folder);
      let nudge = () => {};
      const listAndRenew = async () => {
        // First the watch, then the list: a change between the two is then seen by one of them.
        await folderChanges.renew(() => nudge());
        return list();
      };
      const onNudge = (run: () => void) => {
        nudge = run;
        return folderChanges.end;
      };
      return watchPresence({
        list: listAndRenew,
        listener,
        ...(onTrouble && { onTrouble }),
        intervalInMs,
        schedule,
        onNudge,
      });
    },
  };
}
