import { z } from 'zod';
import { anchorFrom, auditHeadMember, auditStationMember, type ChainAnchor } from '../../shared/audit.ts';

const carriedSchema = z.object({
  registrationId: z.string(),
  optionalDeviceInformation: z.object({ [auditHeadMember]: z.string(), [auditStationMember]: z.string() }),
});

/**
 * The head that an enrollment carries for this station's chain; null: it carries none, or another station's. `record`:
 * the enrollment as the service told it, or as it was sent.
 */
export function anchorOf(record: unknown, station: string): ChainAnchor | null {
  const carried = carriedSchema.safeParse(record);
  if (!carried.success) return null;
  const { registrationId, optionalDeviceInformation: information } = carried.data;
  if (information[auditStationMember] !== station) return null;
  return anchorFrom(String(information[auditHeadMember]), `the enrollment ${registrationId}`);
}
