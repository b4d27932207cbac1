import type { CatalogueEntry } from './entry.ts';

/** Problems of the audit chain, backups and restoring. */
export const trustProblems = {
  'station-key-unusable': {
    title: 'What the vault holds as "{name}" is no signing key.',
    remedy:
      'Move that secret away for an engineer; the station makes a new key then. Records are kept meanwhile, unsigned.',
    retry: 'operator',
    blame: 'station',
  },
  'checkpoint-waits': {
    title: 'The newest {records} records are not signed yet ({cause}).',
    remedy: 'Open the vault of this station, or mend what it says; the line goes on, and the records are signed then.',
    retry: 'station',
    blame: 'station',
  },
  'audit-broken': {
    title: 'Record {seq} of the books is not as this station wrote it: {detail}.',
    remedy: 'Leave everything as it is, copy the folder away, and call whoever answers for the records.',
    retry: 'never',
    blame: 'station',
  },
  'backup-failed': {
    title: 'The books could not be backed up ({reason}).',
    remedy: 'Make room on the disk of {folder}, then run "backup now".',
    retry: 'station',
    blame: 'station',
  },
  'backup-missing': {
    title: 'There is no backup in {folder} from which the books could be restored.',
    remedy: 'Copy a backup into that folder, or name one with "restore --from F".',
    retry: 'operator',
    blame: 'station',
  },
  'backup-unusable': {
    title: 'The backup {file} cannot be used ({reason}).',
    remedy: 'Choose another one: "backup list" shows them.',
    retry: 'operator',
    blame: 'station',
  },
  'database-missing': {
    title: 'The database {file} is gone, but its backups or its change log are there.',
    remedy: 'Run "restore": it brings the books back from the newest good backup and the change log.',
    retry: 'operator',
    blame: 'station',
  },
  'restore-needless': {
    title: 'The database {file} is whole: there is nothing to restore.',
    remedy: 'Start the station. To go back to a backup all the same, name it with "restore --from F".',
    retry: 'never',
    blame: 'operator',
  },
  'change-log-differs': {
    title: 'The database {file} and its change log do not belong together ({reason}).',
    remedy:
      'Run "restore" to get the books that the log goes on with. To keep this database all the same, name it with "restore --from {file}".',
    retry: 'operator',
    blame: 'station',
  },
} as const satisfies Record<string, CatalogueEntry>;
