import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeFileAtomically } from '../tls/whole-file.ts';
import { type PolicyKeys, policiesSchema } from './records.ts';

/** Rights of a shared access policy (Azure documentation, control access to DPS). */
export type Right =
  | 'ServiceConfig'
  | 'EnrollmentRead'
  | 'EnrollmentWrite'
  | 'RegistrationStatusRead'
  | 'RegistrationStatusWrite';

/** The default policy of a DPS instance: all rights. */
export const ownerPolicy = 'provisioningserviceowner';

/** A smaller policy with what a station needs and no more. */
export const stationPolicy = 'station';

const rightsByPolicy: Readonly<Record<string, readonly Right[]>> = {
  [ownerPolicy]: [
    'ServiceConfig',
    'EnrollmentRead',
    'EnrollmentWrite',
    'RegistrationStatusRead',
    'RegistrationStatusWrite',
  ],
  [stationPolicy]: ['EnrollmentRead', 'EnrollmentWrite', 'RegistrationStatusRead'],
};

/** Rights of a policy; none for a name that is not known. */
export function rightsOf(policy: string): readonly Right[] {
  return Object.hasOwn(rightsByPolicy, policy) ? (rightsByPolicy[policy] ?? []) : [];
}

/**
 * The policies kept in `folder` (`policies.json`, mode 0600), or new ones with 64-byte keys, kept there from now on.
 * Throws an Error with one sentence when the file is damaged.
 */
export async function openPolicies(folder: string): Promise<readonly PolicyKeys[]> {
  const file = join(folder, 'policies.json');
  const text = await readIfThere(file);
  if (text !== null) return policiesFrom(text, file);
  const fresh = [ownerPolicy, stationPolicy].map((name) => ({
    name,
    primaryKey: randomBytes(64).toString('base64'),
    secondaryKey: randomBytes(64).toString('base64'),
  }));
  await writeFileAtomically(file, `${JSON.stringify(fresh)}\n`);
  return fresh;
}

function policiesFrom(text: string, file: string): readonly PolicyKeys[] {
  try {
    return policiesSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`The policy file ${file} is damaged; it was left as it is. Remove it or choose another folder.`);
  }
}
