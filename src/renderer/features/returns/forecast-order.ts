import type { ForecastRow, ReturnList } from '../../../shared/returns.ts';

const mostSerials = 100_000;

/** The units of a forecast by what becomes of them. */
export function countsOf(rows: readonly ForecastRow[]): Readonly<Record<ForecastRow['verdict'], number>> {
  const counts = { stops: 0, 'cannot-tell': 0, 'goes-on': 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
}

/** The prepared orders for every unit whose certificate stops matching; several where one would be too long. */
export function ordersFrom(rows: readonly ForecastRow[], note: string): readonly ReturnList[] {
  const serials = rows.filter(({ verdict }) => verdict === 'stops').map(({ serial }) => serial);
  const orders: ReturnList[] = [];
  for (let at = 0; at < serials.length; at += mostSerials) {
    orders.push({
      schema: 'dps-station/return-order/1',
      reason: 'firmware-update',
      deed: 'new-identity',
      note: note.slice(0, 500),
      serials: serials.slice(at, at + mostSerials),
    });
  }
  return orders;
}
