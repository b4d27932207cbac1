import type { EnrollmentRegistry } from '../ports/enrollment-registry.ts';
import type { Quota } from './quota.ts';

/** One DPS instance as the station uses it: its registry and the budget that all its users share. */
export type Instance = {
  readonly registry: EnrollmentRegistry;
  readonly quota: Quota;
  /** How a bulk call weighs against the quota: once, or once per item (the service documents neither). */
  readonly bulkWeight: 'call' | 'item';
};

/** The named instances of the settings. */
export type Instances = ReadonlyMap<string, Instance>;
