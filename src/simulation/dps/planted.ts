import type { Refusal } from './answer.ts';
import type { Instance } from './instance.ts';

/*
 * What the bench has planted for writes of an id: a poisoned id is refused as a malformed record would be, a rejected
 * id with an error of its own. Reads stay truthful, so that a station can look at what is there.
 */

/** Whether the bench has poisoned this id. */
export function isPoisoned(instance: Instance, id: string): boolean {
  return instance.faults.current().poisonIds.some((poisoned) => poisoned.toLowerCase() === id.toLowerCase());
}

/** The error that the bench has planted for this id, or null. */
export function rejection(instance: Instance, id: string): Refusal | null {
  const planted = instance.faults
    .current()
    .rejectIds.find((rejected) => rejected.registrationId.toLowerCase() === id.toLowerCase());
  return planted === undefined ? null : { errorCode: planted.errorCode, message: planted.message };
}
