import { z } from 'zod';
import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import { uploadedCertificateFrom } from './certificate.ts';
import type { StoredCertificates } from './records.ts';
import type { DpsSwitches } from './switches.ts';

const slotSchema = z.object({ certificate: z.string().nullish(), info: z.unknown().optional() });
type Slot = z.infer<typeof slotSchema>;
type StoredSlot = StoredCertificates['primary'];

/** Certificates as clients send them, primary and secondary. */
export const certificateSlotsRequestSchema = z.object({
  primary: slotSchema.nullish(),
  secondary: slotSchema.nullish(),
});

/** Checks uploaded certificates; `held` is what the service holds in these slots, or null. `what` names them in refusals. */
export function certificatesFrom(
  request: z.infer<typeof certificateSlotsRequestSchema> | null | undefined,
  held: StoredCertificates | null,
  switches: DpsSwitches,
  what: string,
): Result<StoredCertificates, Refusal> {
  const primary = slotFrom(request?.primary, held?.primary ?? null, switches);
  if (!primary.ok) return primary;
  if (primary.value === null) return fail(badRequest(`The primary ${what} certificate is missing.`));
  const secondary = slotFrom(request?.secondary, held?.secondary ?? null, switches);
  if (!secondary.ok) return secondary;
  return ok({ primary: primary.value, ...(secondary.value !== null && { secondary: secondary.value }) });
}

function slotFrom(
  slot: Slot | null | undefined,
  held: StoredSlot | null,
  switches: DpsSwitches,
): Result<StoredSlot | null, Refusal> {
  if (slot === null || slot === undefined) return ok(null);
  if (slot.certificate === null || slot.certificate === undefined) {
    if (slot.info !== undefined && held !== null && switches.certificateInfoOnly === 'keep') return ok(held);
    return fail(badRequest('A certificate slot without a certificate.'));
  }
  const uploaded = uploadedCertificateFrom(slot.certificate);
  if (!uploaded.ok) return uploaded;
  return ok({ certificate: uploaded.value.der.toString('base64'), info: uploaded.value.info });
}

/** How an answer shows certificates: `info` only, never the text. */
export function certificatesView({ primary, secondary }: StoredCertificates): unknown {
  return { primary: { info: primary.info }, ...(secondary && { secondary: { info: secondary.info } }) };
}

/** SHA-256 thumbprints (upper-case hex), primary first. */
export function thumbprintsIn({ primary, secondary }: StoredCertificates): readonly string[] {
  return [primary, secondary].flatMap((slot) => (slot === undefined ? [] : [slot.info.sha256Thumbprint]));
}
