import type { CallInput, CallName } from '../../shared/contract.ts';
import { forGood } from '../../shared/enrollment-list.ts';
import type { Act } from '../../shared/people.ts';
import { readBadgeScan } from './people-rules.ts';

/** Calls that say who is answerable. */
type ActingCall = { [Name in CallName]: CallInput<Name> extends { actor: string } ? Name : never }[CallName];

/** What lets somebody make a call: an act, any one of several, or nothing (`anyone`: no badge is needed). */
export type Needed = Act | readonly Act[] | 'anyone';

/** What one call needs, for every input or by its input. */
type ActOf<Name extends CallName> = Needed | ((input: CallInput<Name>) => Needed);

/**
 * A label means something else to each: the line begins its unit, a returns desk the unit of an open return, QA looks at
 * it. The desk that reads it asks again for the one act that it then is.
 */
export const scanActs = ['provision', 'return', 'verify', 'run-order'] as const satisfies readonly Act[];
/** Whoever may have begun the work in a slot. */
export const slotActs = ['provision', 'return', 'rework'] as const satisfies readonly Act[];

type CallActs = { readonly [Name in ActingCall]: ActOf<Name> } & { readonly [Name in CallName]?: ActOf<Name> };

/**
 * Which act each call is. A call of the contract that names an actor and has no row here does not compile; what is in no
 * row is a read, which is open to everybody at the station.
 */
export const callActs: CallActs = {
  scan: ({ text }) => (readBadgeScan(text) === null ? scanActs : 'anyone'),
  rework: 'rework',
  abort: slotActs,
  'type-mac': slotActs,
  'outbox-flush': 'queue',
  'outbox-retry': 'queue',
  'mirror-refresh': 'anyone', // reads the service into a copy that can be thrown away
  'entry-operate': ({ operation }) => (forGood.includes(operation) ? 'entries-for-good' : 'entries'),
  'entry-replace-credential': ({ order }) => (order.overlap ? 'entries' : 'entries-for-good'),
  'group-put': 'entries',
  'group-exclude': 'entries',
  'settings-set': 'settings',
  'vault-unlock': 'anyone', // the passphrase is the proof
  'vault-move': 'secrets',
  'secret-set': 'secrets',
  'connection-test': 'settings', // names no actor, but sends what a secret proves to a place that the input names
  reopen: 'anyone',
  bench: 'bench',
  'badge-in': 'anyone',
  'badge-out': 'anyone',
  'people-list': 'see-people',
  'person-put': 'people',
  'person-erase-name': 'people',
  'person-retire': 'people',
  'pin-set': ({ current }) => (current === null ? 'people' : 'anyone'), // the PIN until now is the proof
  'recipe-approve': 'recipes',
  'audit-checkpoint': 'backups',
  'backup-now': 'backups',
  verify: 'verify',
  'verify-stop': 'verify',
  'evidence-pack': 'verify',
  'lot-put': 'verify',
  'lot-add': 'verify',
  'lot-close': 'verify',
  'return-open': ({ deed }) => (deed === 'retire' ? 'retire' : 'return'),
  'return-cancel': 'return',
  'return-continue': 'return',
  'order-put': 'run-order',
  'order-choose': 'run-order',
  'order-close': 'run-order',
};

/** What a call with this input needs; null: a read. */
export function actOfCall<Name extends CallName>(name: Name, input: CallInput<Name>): Needed | null {
  const row = callActs[name] as ActOf<Name> | undefined;
  return typeof row === 'function' ? row(input) : (row ?? null);
}
