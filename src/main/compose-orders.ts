import type { Origin } from '../shared/job.ts';
import type { Problem } from '../shared/problem.ts';
import type { Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { readOrderFiles } from './adapters/files/order-files.ts';
import type { OrderDesk } from './ports/order-desk.ts';
import { createOrderDesk } from './station/orders/order-desk.ts';
import type { OrderDeskOptions } from './station/orders/order-options.ts';
import { softwareVersion } from './version.ts';

/** What every record of this station says. */
export function originOf({ station, line, number, mode }: Settings, actor: string): Origin {
  const place = { ...(line === undefined ? {} : { line }), ...(number === undefined ? {} : { number }) };
  return { station, actor, mode, softwareVersion, ...place };
}

/** The desk of work orders, with shifts in the local time of this computer. */
export function orderDesk(options: Omit<OrderDeskOptions, 'offset'>): OrderDesk {
  return createOrderDesk({ ...options, offset: (at) => -new Date(at).getTimezoneOffset() });
}

/** Opens the desk with the order files of a mode's folder. */
export function openOrders(desk: OrderDesk, folder: string): Promise<Result<void, Problem>> {
  return desk.open(readOrderFiles(folder));
}
