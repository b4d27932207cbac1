import type { StreamValue } from '../../shared/contract.ts';
import type { qualityContract } from '../../shared/contract-quality.ts';
import type { Handlers } from '../../shared/link/serve.ts';
import type { Unsubscribe } from './line.ts';

/** The calls of the contract that are QA's. */
export type QualityCalls = Pick<Handlers['calls'], keyof typeof qualityContract.calls>;

/** Verifications, lots and evidence of a station in full work. */
export interface QualityDesk {
  readonly calls: QualityCalls;
  /** Sends what is at work and what ended last, at once and after each change. */
  watch(listener: (value: StreamValue<'quality'>) => void): Unsubscribe;
  /** Resolves when this verification is done. */
  finished(id: string): Promise<void>;
}
