import type { Job, JobState } from '../../../shared/job.ts';
import type { StoreWrite } from '../../ports/station-store.ts';

/**
 * The old identity gives way when the new one is committed: at the intent, or, where nothing is written (a TPM has its
 * identity), when the job passes. The books refuse it where neither a rework nor an open return stands behind it.
 */
export function supersedingWrites(job: Job, next: JobState): StoreWrite[] {
  const passes = job.state.step === 'making-identity' && next.step === 'done' && next.outcome === 'passed';
  if (job.supersedes === null || !(next.step === 'intent' || passes)) return [];
  return [{ write: 'job-superseded', jobId: job.supersedes, by: job.id, reason: 'reprovision' }];
}
