import type { OperationResult } from '../../../shared/enrollment-list.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok } from '../../../shared/result.ts';
import { bulkLimit } from '../../domain/outbox-machine.ts';
import type { OperationTools, Outcome } from './entry-changes.ts';
import { resultOf, step } from './entry-steps.ts';

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
      if (!answer.ok) onResult(await entryResult(id, fail(answer.problem.problem)));
      else if (error === undefined || error === null || error.errorCode === 404201) {
        await tools.mirror.drop(tools.instance, 'individual', id);
        onResult(await entryResult(id, ok(error == null ? 'done' : 'not-needed')));
      } else {
        const { errorCode, message } = error;
        const facts = { registrationId: id, errorCode, message, trackingId: 'none' };
        onResult(await entryResult(id, fail(problem('enrollment-refused', facts))));
      }
    }
  }
}

async function entryResult(id: string, outcome: Outcome): Promise<OperationResult> {
  return resultOf(id, [await step('entry', async () => outcome)]);
}
