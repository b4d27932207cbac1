import type { EntryFilter, EntryKind } from '../../../shared/enrollment-list.ts';

/** What a person narrows the list by; '' means anything. */
export type EntryNarrowing = {
  readonly search: string;
  readonly status: '' | 'enabled' | 'disabled';
  readonly attestation: '' | NonNullable<EntryFilter['attestation']>;
  readonly registration: '' | NonNullable<EntryFilter['registration']>;
};

/** Everything. */
export const noNarrowing: EntryNarrowing = { search: '', status: '', attestation: '', registration: '' };

/** Values that can be chosen. */
export const choices = {
  status: ['enabled', 'disabled'],
  attestation: ['x509', 'tpm', 'symmetricKey'],
  registration: ['assigned', 'unassigned', 'failed', 'disabled', 'unknown'],
} as const;

/** The filter that the station is asked with. */
export function filterFrom(instance: string, kind: EntryKind, narrowing: EntryNarrowing): EntryFilter {
  const search = narrowing.search.trim();
  const { status, attestation, registration } = narrowing;
  return {
    instance,
    kind,
    ...(search === '' ? {} : { search }),
    ...(status === '' ? {} : { enabled: status === 'enabled' }),
    ...(attestation === '' ? {} : { attestation }),
    // Groups do not register.
    ...(registration === '' || kind === 'group' ? {} : { registration }),
  };
}
