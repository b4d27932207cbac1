import type { QualityDesk } from '../../src/main/ports/quality-desk.ts';
import { qualityContract } from '../../src/shared/contract-quality.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail } from '../../src/shared/result.ts';

/** A desk of QA at which nobody works. */
export const noQuality: QualityDesk = {
  calls: Object.fromEntries(
    Object.keys(qualityContract.calls).map((name) => [
      name,
      async () => fail(problem('wrong-use', { reason: 'not part of this double' })),
    ]),
  ) as unknown as QualityDesk['calls'],
  watch: () => () => {},
  finished: async () => {},
};
