import type { OrderProgress } from '../../shared/contract-orders.ts';

/** Whether the line keeps up with its plan; `none`: nothing is planned, or too little is made to say. */
type Takt = 'none' | 'on' | 'behind';

/** Compares the takt with the planned one. */
export function taktOf({ taktInS, taktTargetInS }: Pick<OrderProgress, 'taktInS' | 'taktTargetInS'>): Takt {
  if (taktInS === null || taktTargetInS === null) return 'none';
  return taktInS <= taktTargetInS ? 'on' : 'behind';
}
