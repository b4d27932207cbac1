import { fail, ok, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal } from './answer.ts';
import type { Call } from './instance.ts';

/** Largest message in bytes (Azure documentation, DPS limits: 96 KB). */
export const messageLimitInBytes = 96 * 1024;

/** The JSON object in a request's body; 415 for another media type, 400004 for anything that is not an object. */
export function jsonBodyOf(call: Call): Result<Record<string, unknown>, Refusal> {
  const type = call.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return fail({ errorCode: 415_000, message: 'The media type must be application/json.' });
  }
  try {
    const value: unknown = JSON.parse(call.body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return ok(value as Record<string, unknown>);
    }
  } catch {
    // not JSON: the same answer as for JSON that is no object
  }
  return fail(badRequest('The body is not a JSON object.'));
}
