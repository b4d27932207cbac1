import type { Result } from '../../../shared/result.ts';
import type { OrderBooks } from '../../ports/order-books.ts';
import type { ReadName } from './reads.ts';

type Read = <T>(name: ReadName, ...values: unknown[]) => Promise<Result<T, never>>;

/** Questions about orders: `read` answers what decisions rest on, `list` what screens show. */
export function orderBooks(read: Read, list: Read): OrderBooks {
  return {
    order: (name) => read('order', name),
    activeOrder: () => read('activeOrder'),
    orders: ({ state, limit }) => read('orders', state, limit),
    orderFigures: (name, { since, latest }) => list('orderFigures', name, since, latest),
    takenInOrder: (name) => read('takenInOrder', name),
    openInOrder: (name, closesOn, first) => read('openInOrder', name, closesOn, first),
    serialFacts: (serials) => read('serialFacts', serials),
    orderSerials: (name, { after, limit }) => list('orderSerials', name, after, limit),
    takenSerials: (name) => list('takenSerials', name),
    ordersOf: (jobIds) => list('ordersOf', jobIds),
    passedInOrders: (since, until) => list('passedInOrders', since, until),
    newestJob: () => read('newestJob'),
    goldenResults: (since) => read('goldenResults', since),
    journalHead: () => read('journalHead'),
  };
}
