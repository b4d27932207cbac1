import type { Attestation } from '../../../shared/enrollment.ts';
import type { PublicIdentity } from '../../../shared/job.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import type { JobEvent } from '../../domain/provision-machine.ts';

type WithoutMembers<T> = T extends unknown ? Omit<T, 'registrationId' | 'replaces' | 'group'> : never;

/** What was made for a unit: its public credential, and the form that an enrollment carries. */
export type MadeCredential = {
  readonly credential: WithoutMembers<PublicIdentity>;
  readonly attestation: Attestation;
};

/** Gives a board its identity. Holds a secret between `make` and the end of `write`, no longer. */
export interface IdentityMaker {
  /** Reads what the board itself brings along; nothing to read is fine. */
  read(): Promise<Result<void, Problem>>;
  /** What the board told, for templates. */
  values(): Readonly<Record<string, string>>;
  /** Makes the credential; nothing reaches the board yet. */
  make(registrationId: string): Promise<Result<MadeCredential, Problem>>;
  /** Writes the secret, once: whatever the answer, it is never sent again. */
  write(): Promise<JobEvent>;
  /** Overwrites the secret. */
  forget(): void;
}
