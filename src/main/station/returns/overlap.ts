import type { Job, PublicIdentity } from '../../../shared/job.ts';
import type { NewOutboxItem } from '../../../shared/outbox.ts';
import { x509Attestation } from '../../domain/enrollment.ts';
import type { StationStore } from '../../ports/station-store.ts';

/**
 * The item of a job whose open return lets the old certificate stand until the new one is proved: both go into the entry,
 * the new one second. Only for a secret that the board acknowledged: after a write whose end nobody knows, a registration
 * could not tell which of the two it was made with.
 */
export async function withOverlap(
  item: NewOutboxItem,
  job: Job,
  store: Pick<StationStore, 'openReturn' | 'job'>,
): Promise<NewOutboxItem> {
  if (job.supersedes === null || job.state.step !== 'restarting' || item.mode !== 'replace') return item;
  const open = await store.openReturn(job.serial);
  if (!open.ok || open.value?.overlap !== true || open.value.subject.jobId !== job.supersedes) return item;
  const old = await store.job(job.supersedes);
  const before = old.ok && old.value !== null ? identityOf(old.value) : null;
  const { identity } = job.state;
  if (before?.attestation !== 'x509' || identity.attestation !== 'x509' || item.enrollment === null) return item;
  const isSame = before.registrationId === identity.registrationId && open.value.subject.instance === job.instance;
  if (!isSame) return item;
  const attestation = x509Attestation(before.certificatePem, identity.certificatePem);
  return { ...item, enrollment: { ...item.enrollment, attestation } };
}

function identityOf({ state }: Job): PublicIdentity | null {
  return 'identity' in state ? state.identity : null;
}
