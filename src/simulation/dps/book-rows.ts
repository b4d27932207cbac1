import type { DpsBookRow, DpsGroupRow } from '../../shared/bench.ts';
import { thumbprintsOf } from './attestation.ts';
import type { Book } from './book.ts';

/** The individual enrollments for judging, in the order of creation; no secret in them. */
export function rowsOf(book: Book): DpsBookRow[] {
  return [...book.enrollments.all()].map(({ registrationId, attestation, provisioningStatus }) => {
    const [primary, secondary] = thumbprintsOf(attestation); // there is no second without a first
    return {
      registrationId,
      attestation: attestation.type,
      sha256Thumbprint: primary?.toLowerCase() ?? null,
      secondarySha256Thumbprint: secondary?.toLowerCase() ?? null,
      provisioningStatus: provisioningStatus ?? 'enabled',
      registrationStatus: book.registrations.get(registrationId)?.status ?? 'unassigned',
    };
  });
}

/** The groups for judging, in the order of creation. */
export function groupRowsOf(book: Book): DpsGroupRow[] {
  const registrations = new Map<string, number>();
  for (const { enrollmentGroupId } of book.registrations.all()) {
    const id = enrollmentGroupId?.toLowerCase() ?? '';
    registrations.set(id, (registrations.get(id) ?? 0) + 1);
  }
  return [...book.groups.all()].map(({ enrollmentGroupId, attestation, provisioningStatus }) => ({
    enrollmentGroupId,
    attestation: attestation.type,
    provisioningStatus: provisioningStatus ?? 'enabled',
    registrations: registrations.get(enrollmentGroupId.toLowerCase()) ?? 0,
  }));
}
