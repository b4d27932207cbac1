import type { SlotSnapshot } from '../../src/shared/station-snapshot.ts';

/** A slot in which nothing is. */
export const emptySlot: SlotSnapshot = {
  slot: 1,
  path: null,
  hardwareId: null,
  state: 'empty',
  jobId: null,
  serial: null,
  step: null,
  ask: null,
  hint: null,
  verdict: null,
  problem: null,
  card: null,
};
