import type { Problem } from '../../shared/problem.ts';
import type { Ask } from '../../shared/station-snapshot.ts';

/** A slot whose board somebody else works with for a while; no job begins in it meanwhile. */
export type SlotLoan = {
  readonly slot: number;
  readonly path: string;
  readonly hardwareId: string | null;
  /** Whether the very board is still in its place. */
  isHere(): boolean;
  /** Shows at the slot what a person should do. */
  ask(ask: Ask | null, hint: Problem | null): void;
  giveBack(): void;
};
