import type { OrderState } from '../../../shared/contract-orders.ts';
import type { Unsubscribe } from '../../ports/line.ts';
import type { StationHandle } from '../../ports/station-handle.ts';
import { presentAt } from '../queue-view.ts';

/** Between two reads, however many changes there are. */
const restInMs = 300;
/** Rates, forecasts and the golden check change by time alone. */
const timeLookInMs = 15_000;

/** Makes the stream of the line for any number of listeners; it reads only while somebody listens. */
export function createOrderView(
  handle: Pick<StationHandle, 'snapshot' | 'onChange' | 'clock' | 'orders'>,
): (listener: (state: OrderState) => void) => Unsubscribe {
  const listeners = new Set<(state: OrderState) => void>();
  let latest: { readonly state: OrderState; readonly text: string } | null = null;
  let reading = false;
  let again = false;
  let resting = false;
  let stopTimer: Unsubscribe = () => {};
  let stopChanges: Unsubscribe = () => {};

  function look(): void {
    again = reading || resting;
    if (again) return;
    reading = true;
    stopTimer();
    void read().finally(() => {
      reading = false;
      if (listeners.size > 0) rest();
    });
  }

  async function read(): Promise<void> {
    const snapshot = handle.snapshot();
    const found = await handle.orders.state(snapshot, presentAt(snapshot));
    if (!found.ok) return;
    const text = JSON.stringify(found.value);
    if (text === latest?.text) return;
    latest = { state: found.value, text };
    for (const listener of [...listeners]) listener(found.value);
  }

  function rest(): void {
    resting = true;
    stopTimer = handle.clock.after(restInMs, () => {
      resting = false;
      if (again) return look();
      stopTimer = handle.clock.after(timeLookInMs, look);
    });
  }

  return (listener) => {
    listeners.add(listener);
    if (listeners.size === 1) {
      latest = null;
      stopChanges = handle.onChange(look);
    }
    if (latest !== null) listener(latest.state);
    else look();
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      stopChanges();
      stopTimer();
      resting = false;
    };
  };
}
