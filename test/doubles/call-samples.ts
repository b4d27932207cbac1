import type { CallInput, CallName } from '../../src/shared/contract.ts';
import type { Act } from '../../src/shared/people.ts';
import { settingsSchema } from '../../src/shared/settings.ts';

/** An input that a call takes, and the acts of which any is enough: `anyone` and reads (null) need no badge. */
export type CallSample<Name extends CallName = CallName> = {
  readonly input: CallInput<Name>;
  readonly act: Act | readonly Act[] | 'anyone' | null;
};

const actor = 'somebody';
const instance = 'default';
const none = { before: null, limit: 10 };
const entry = { actor, instance, kind: 'individual', ids: ['unit-1'], confirm: '1' } as const;
const order = {
  schema: 'dps-station/order/1',
  name: 'WO-1',
  recipe: 'mxchip-devkit',
  recipeHash: 'a'.repeat(64),
  instance,
  quantity: 1,
  serials: null,
} as const;
const returned = {
  serial: 'SN-1',
  reason: 'field-failure',
  note: '',
  options: { deleteRegistration: false, removeHubIdentity: false, oldEntry: 'disable', to: null },
  countersign: null,
} as const;
const key = { kind: 'key', secret: 'device-key' } as const;

/** Samples of every call: the acts are written down here apart from the table of the station. */
export const callSamples: { readonly [Name in CallName]: readonly CallSample<Name>[] } = {
  scan: [
    { input: { actor, text: 'SN-1' }, act: ['provision', 'return', 'verify', 'run-order'] },
    { input: { actor, text: 'ABORT 1' }, act: ['provision', 'return', 'verify', 'run-order'] },
  ],
  rework: [{ input: { actor, text: 'SN-1' }, act: 'rework' }],
  abort: [{ input: { actor, slot: 1 }, act: ['provision', 'return', 'rework'] }],
  'type-mac': [{ input: { actor, slot: 1, text: 'c89346000000' }, act: ['provision', 'return', 'rework'] }],
  'outbox-flush': [{ input: { actor }, act: 'queue' }],
  'outbox-retry': [{ input: { actor, item: 1 }, act: 'queue' }],
  'outbox-list': [{ input: { after: 0, limit: 10, states: ['pending'] }, act: null }],
  'job-list': [{ input: { after: 0, limit: 10 }, act: null }],
  'queue-list': [{ input: { ...none, view: 'waiting', search: '' }, act: null }],
  'record-list': [{ input: { ...none, filter: {} }, act: null }],
  'unit-card': [{ input: { serial: 'SN-1' }, act: null }],
  statistics: [{ input: { hours: 8 }, act: null }],
  'mirror-refresh': [{ input: { actor, instance }, act: 'anyone' }],
  'entry-list': [{ input: { filter: { instance, kind: 'individual' }, skip: 0, limit: 10 }, act: null }],
  'entry-records': [{ input: { filter: { instance, kind: 'individual' }, after: '', limit: 10 }, act: null }],
  'entry-look': [{ input: { instance, ids: ['unit-1'] }, act: null }],
  'entry-detail': [{ input: { instance, kind: 'individual', id: 'unit-1' }, act: null }],
  'entry-operate': [
    { input: { ...entry, ids: ['unit-1'], operation: 'disable' }, act: 'entries' },
    { input: { ...entry, ids: ['unit-1'], operation: 'promote-secondary' }, act: 'entries' },
    { input: { ...entry, ids: ['unit-1'], operation: 'delete' }, act: 'entries-for-good' },
    { input: { ...entry, ids: ['unit-1'], operation: 'retire' }, act: 'entries-for-good' },
    { input: { ...entry, ids: ['unit-1'], operation: 'delete-registration' }, act: 'entries-for-good' },
    { input: { ...entry, ids: ['unit-1'], operation: 'trigger-reprovisioning' }, act: 'entries-for-good' },
  ],
  'entry-replace-credential': [
    { input: { actor, instance, id: 'unit-1', order: { credential: key, overlap: true } }, act: 'entries' },
    { input: { actor, instance, id: 'unit-1', order: { credential: key, overlap: false } }, act: 'entries-for-good' },
  ],
  'group-put': [
    { input: { actor, instance, order: { id: 'group-1', credential: key, settings: {} } }, act: 'entries' },
  ],
  'group-exclude': [{ input: { actor, instance, id: 'unit-1' }, act: 'entries' }],
  'settings-get': [{ input: {}, act: null }],
  'settings-set': [{ input: { actor, settings: settingsSchema.parse({}), revision: 'stale' }, act: 'settings' }],
  'vault-unlock': [{ input: { actor, passphrase: 'four unusual words here' }, act: 'anyone' }],
  'vault-move': [{ input: { actor, to: 'file', passphrase: null }, act: 'secrets' }],
  'secret-set': [{ input: { actor, mode: 'training', name: 'sample', secret: 'value' }, act: 'secrets' }],
  'connection-test': [
    {
      input: {
        mode: 'training',
        name: instance,
        instance: {
          connectionStringSecret: 'dps',
          globalEndpoint: 'localhost',
          operationsPerMinute: 10,
          bulkWeight: 'call',
          timeoutInMs: 1_000,
        },
        secret: null,
      },
      act: 'settings',
    },
  ],
  reopen: [{ input: { actor }, act: 'anyone' }],
  bench: [{ input: { actor, deed: { deed: 'work' } }, act: 'bench' }],
  'badge-in': [{ input: { actor, badge: 'stranger', pin: null }, act: 'anyone' }],
  'badge-out': [{ input: { actor }, act: 'anyone' }],
  'people-list': [{ input: { actor }, act: 'see-people' }],
  'person-put': [{ input: { actor, badge: 'new', roles: ['operator'], name: 'New', pin: null }, act: 'people' }],
  'person-erase-name': [{ input: { actor, badge: 'operator' }, act: 'people' }],
  'person-retire': [{ input: { actor, badge: 'operator' }, act: 'people' }],
  'pin-set': [
    { input: { actor, badge: 'operator', pin: '271828', current: null }, act: 'people' },
    { input: { actor, badge: 'stranger', pin: '271828', current: '1' }, act: 'anyone' },
  ],
  'audit-state': [{ input: {}, act: null }],
  'audit-checkpoint': [{ input: { actor }, act: 'backups' }],
  'backup-now': [{ input: { actor }, act: 'backups' }],
  'order-list': [{ input: { state: 'all', limit: 10 }, act: null }],
  'order-put': [{ input: { actor, order, choose: false }, act: 'run-order' }],
  'order-choose': [{ input: { actor, order: null }, act: 'run-order' }],
  'order-close': [{ input: { actor, order: 'WO-1', countersign: null }, act: 'run-order' }],
  'order-serials': [{ input: { order: 'WO-1', after: 0, limit: 10 }, act: null }],
  'recall-list': [{ input: { before: null, limit: 10 }, act: null }],
  'shift-report': [{ input: { at: null }, act: null }],
  verify: [
    {
      input: {
        ...{ actor, text: 'SN-1', slot: null, ask: 'last-registration' },
        ...{ hands: false, lot: null, confirm: false },
      },
      act: 'verify',
    },
  ],
  'verify-preview': [{ input: { text: 'SN-1' }, act: null }],
  'verify-stop': [{ input: { actor, id: 'nothing' }, act: 'verify' }],
  'verification-list': [{ input: { ...none, serial: null, verdict: null, lot: null }, act: null }],
  verification: [{ input: { id: 'nothing' }, act: null }],
  'evidence-pack': [{ input: { actor, serial: 'SN-1' }, act: 'verify' }],
  'lot-put': [{ input: { actor, name: 'lot', size: 10, plan: { plan: 'aql', aql: 1 } }, act: 'verify' }],
  'lot-list': [{ input: none, act: null }],
  'lot-add': [{ input: { actor, lot: 'nothing', serials: ['SN-1'] }, act: 'verify' }],
  'lot-close': [{ input: { actor, lot: 'nothing' }, act: 'verify' }],
  'lot-sample': [{ input: { lot: 'nothing' }, act: null }],
  'lot-report': [{ input: { lot: 'nothing', format: 'csv' }, act: null }],
  'unit-find': [{ input: { text: 'SN-1' }, act: null }],
  'unit-at-slot': [{ input: { slot: 1 }, act: null }],
  'return-open': [
    { input: { actor, ...returned, deed: 'new-identity' }, act: 'return' },
    { input: { actor, ...returned, deed: 'retire' }, act: 'retire' },
  ],
  'return-list': [{ input: { open: false, before: null, limit: 10 }, act: null }],
  'return-detail': [{ input: { id: 'nothing' }, act: null }],
  'return-cancel': [{ input: { actor, id: 'nothing' }, act: 'return' }],
  'return-continue': [{ input: { actor, id: 'nothing', leaveOut: false }, act: 'return' }],
  forecast: [{ input: { bin: '', map: '', recipe: null, known: [], after: 0, limit: 10 }, act: null }],
  'recipe-approvals': [{ input: {}, act: null }],
  'recipe-approve': [{ input: { actor, recipe: 'mxchip-devkit', hash: 'a'.repeat(64) }, act: 'recipes' }],
};

/** Every sample with the name of its call. */
export const allSamples = (Object.keys(callSamples) as CallName[]).flatMap((name) =>
  callSamples[name].map((sample) => ({ name, ...sample })),
);
