import type { OperationResult, OperationStep } from '../../../shared/enrollment-list.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { bulkLimit } from '../../domain/outbox-machine.ts';
import type { OperationTools } from './entry-changes.ts';

/**
 * Deletes individual entries ten to a call, each with a result of its own. The attestation that the service wants in
 * such a record is not looked at (recorded traffic: full records without ETag).
 */
export async function deleteMany(
  tools: OperationTools,
  ids: readonly string[],
  onResult: (result: OperationResult) => void,
): Promise<void> {
  for (let at = 0; at < ids.length; at += bulkLimit) {
    const some = ids.slice(at, at + bulkLimit);
    const attestation = { type: 'symmetricKey', symmetricKey: {} } as const;
    const records = some.map((registrationId) => ({
      registrationId,
      attestation,
      provisioningStatus: 'enabled' as const,
    }));
    const answer = await tools.service.bulk('delete', records);
    for (const id of some) {
      const error = answer.ok
        ? answer.value.find((one) => one.registrationId.toLowerCase() === id.toLowerCase())
        : null;
      if (!answer.ok) onResult(resultOf(id, 'failed', answer.problem.problem));
      else if (error === undefined || error === null || error.errorCode === 404201) {
        await tools.mirror.drop(tools.instance, 'individual', id);
        onResult(resultOf(id, error == null ? 'done' : 'not-needed', null));
      } else {
        const { errorCode, message } = error;
        const facts = { registrationId: id, errorCode, message, trackingId: 'none' };
        onResult(resultOf(id, 'failed', problem('enrollment-refused', facts)));
      }
    }
  }
}

function resultOf(id: string, outcome: OperationStep['outcome'], cause: Problem | null): OperationResult {
  const stored = cause === null ? null : { code: cause.code, facts: { ...cause.facts } };
  return { id, done: outcome === 'failed' ? 0 : 1, of: 1, steps: [{ step: 'entry', outcome, problem: stored }] };
}
