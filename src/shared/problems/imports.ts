import type { CatalogueEntry } from './entry.ts';

/** Problems of importing devices that exist already. */
export const importsProblems = {
  'import-file-unfit': {
    title: 'The file {file} cannot be imported: {reason}.',
    remedy: 'Save it as CSV in UTF-8 with a header row, or as one JSON record per line; nothing was sent.',
    retry: 'never',
    blame: 'operator',
  },
  'import-header-unknown': {
    title: 'The file {file} has a column that is not known: {column}.',
    remedy: 'Name the columns in the first row; known are {known}. Nothing was sent.',
    retry: 'never',
    blame: 'operator',
  },
  'import-empty': {
    title: 'There is no device in {file}.',
    remedy: 'Check that it is the right file or folder.',
    retry: 'never',
    blame: 'operator',
  },
  'import-row-unfit': {
    title: 'This row cannot be used: {reason}.',
    remedy: 'Mend the row as said.',
    retry: 'never',
    blame: 'operator',
  },
  'import-row-twice': {
    title: 'The {what} of this row stands in row {row} already.',
    remedy: 'Find out which of the two is right; the service would take both, and one device would never register.',
    retry: 'never',
    blame: 'operator',
  },
  'import-known-already': {
    title: 'This station enrolled a unit with the same {what} before.',
    remedy: 'Find that unit in the records; leave the row out if it is the same one.',
    retry: 'never',
    blame: 'operator',
  },
  'import-rows-refused': {
    title: '{refused} of {total} rows were refused, so nothing was sent.',
    remedy: 'Mend these rows, or run it with "--skip-bad" to send the others.',
    retry: 'operator',
    blame: 'operator',
  },
  'import-conflict': {
    title: 'An enrollment {registrationId} exists with another credential.',
    remedy: 'Find out who made it. If this row is right, delete that enrollment and run the import again.',
    retry: 'operator',
    blame: 'cloud',
  },
  'import-differs': {
    title: 'The enrollment {registrationId} exists with this credential but other values: {fields}.',
    remedy: 'Decide which values are right; mend the enrollment or the row, then run the import again.',
    retry: 'operator',
    blame: 'cloud',
  },
  'import-row-refused': {
    title: 'The service refuses {registrationId}: {message} ({errorCode}).',
    remedy: 'Mend the row as said, then run the import again.',
    retry: 'operator',
    blame: 'operator',
  },
  'import-changed': {
    title: 'The file {file} was changed while it was imported.',
    remedy: 'Leave it alone and run the import again; what was sent is known by its rows.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
