import type { EnrollmentAnswer } from '../../shared/enrollment.ts';
import type { GroupAnswer, GroupOrder, SentEnrollment } from '../../shared/enrollment-group.ts';
import type {
  CredentialOrder,
  EntryFilter,
  EntryKind,
  EntryOperation,
  EntryPage,
  KnownRegistration,
  MirrorEntry,
  MirrorState,
  OperationResult,
} from '../../shared/enrollment-list.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { Unsubscribe } from './line.ts';

/** An entry as the service holds it now, with what is known of its device. */
export type EntryDetail = {
  readonly entry: MirrorEntry;
  readonly registration: KnownRegistration | null;
  /** Why the device could not register. */
  readonly trouble: Problem | null;
};

/** Who does something, and to what. */
export type EntryOrder = {
  readonly instance: string;
  readonly kind: EntryKind;
  readonly ids: readonly string[];
  readonly operation: EntryOperation;
  /** What was typed to confirm: the number of entries, where they are changed for good. */
  readonly confirm: string;
  readonly actor: string;
};

/** Manages what the instances of the settings hold: the portal's "Manage enrollments" at the bench. */
export interface EnrollmentDesk {
  states(): readonly MirrorState[];
  onChange(listener: () => void): Unsubscribe;
  /** Copies everything into the mirror; resolves when it is there. */
  refresh(instance: string): Promise<Result<void, Problem>>;
  list(filter: EntryFilter, stretch: { skip: number; limit: number }): Promise<Result<EntryPage, Problem>>;
  records(filter: EntryFilter, after: string, limit: number): Promise<Result<readonly MirrorEntry[], Problem>>;
  /** Asks the service for the registration states of these devices and keeps them. */
  look(instance: string, ids: readonly string[]): Promise<Result<void, Problem>>;
  detail(instance: string, kind: EntryKind, id: string): Promise<Result<EntryDetail, Problem>>;
  /** Carries an operation out at each entry; `onResult` hears of each as it ends. */
  operate(
    order: EntryOrder,
    onResult?: (result: OperationResult) => void,
  ): Promise<Result<readonly OperationResult[], Problem>>;
  /** Creates or replaces a group. */
  putGroup(instance: string, order: GroupOrder, actor: string): Promise<Result<GroupAnswer, Problem>>;
  /** Gives an individual entry a new credential, beside the old one or instead of it. */
  replaceCredential(
    instance: string,
    id: string,
    order: CredentialOrder,
    actor: string,
  ): Promise<Result<OperationResult, Problem>>;
  /** Creates an individual entry of its own kind, such as one that keeps a device of a group out. */
  create(instance: string, enrollment: SentEnrollment, actor: string): Promise<Result<EnrollmentAnswer, Problem>>;
  /**
   * Keeps one device of a group out: a disabled entry of its own, with its certificate where the station knows it, else
   * with symmetric keys that the service makes (Azure documentation, how-to-revoke-device-access).
   */
  exclude(instance: string, registrationId: string, actor: string): Promise<Result<void, Problem>>;
  stop(): Promise<void>;
}
