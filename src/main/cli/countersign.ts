import type { Command } from 'commander';
import type { Countersign } from '../../shared/people.ts';
import { unwrap, wrongUse } from './output.ts';
import { readPassphrase } from './passphrase.ts';

/** What the command line says of a second person. */
export type CountersignOptions = { readonly countersign?: string; readonly countersignPinFile?: string };

/** Lets a command take the badge of a second person. */
export function withCountersign(command: Command): Command {
  return command
    .option('--countersign <badge>', 'badge of a second person, where two are asked for')
    .option('--countersign-pin-file <file>', 'file with the PIN of that badge, where it has one');
}

/** The second badge with its PIN; null: none was given. */
export async function countersignOf(options: CountersignOptions): Promise<Countersign | null> {
  const { countersign: badge, countersignPinFile: file } = options;
  if (badge === undefined) {
    if (file !== undefined) throw wrongUse('--countersign-pin-file belongs to --countersign.');
    return null;
  }
  if (file === undefined) return { badge, pin: null };
  const pin = unwrap(await readPassphrase(file, ''));
  const countersign = { badge, pin: pin.toString('utf8') };
  pin.fill(0);
  return countersign;
}
