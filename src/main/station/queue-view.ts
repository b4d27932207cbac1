import type { QueueState } from '../../shared/queue.ts';
import type { StationSnapshot } from '../../shared/station-snapshot.ts';
import type { Present } from '../ports/book-lists.ts';
import type { Unsubscribe } from '../ports/line.ts';
import type { StationHandle } from '../ports/station-handle.ts';

/** What a view of the queue needs of its station. */
export type QueueViewOptions = Pick<StationHandle, 'snapshot' | 'onChange' | 'instances' | 'clock'> & {
  readonly books: Pick<StationHandle['books'], 'queueNumbers'>;
};

/** Calls back with the queue in numbers, now and after changes, at most about three times a second. */
export type QueueView = (listener: (state: QueueState) => void) => Unsubscribe;

/** Between two reads, however many changes there are. */
const restInMs = 300;
/** Used quota becomes free by time alone. */
const quotaLookInMs = 5_000;
/** After books that could not be read. */
const retryInMs = 2_000;

/** The boards that are in a slot now. */
export function presentAt(snapshot: StationSnapshot): Present {
  // A slot without a path shows the board of its last job, which has left.
  const here = snapshot.slots.filter((slot) => slot.path !== null);
  return {
    hardwareIds: here.flatMap(({ hardwareId }) => (hardwareId === null ? [] : [hardwareId])),
    jobIds: here.flatMap(({ jobId, state }) =>
      jobId !== null && (state === 'working' || state === 'done') ? [jobId] : [],
    ),
  };
}

/** Makes one view for any number of listeners; it reads only while somebody listens. */
export function createQueueView(options: QueueViewOptions): QueueView {
  const listeners = new Set<(state: QueueState) => void>();
  let latest: { readonly state: QueueState; readonly text: string; readonly lists: string } | null = null;
  let revision = 0;
  let reading = false;
  let again = false;
  let resting = false;
  let stopTimer: Unsubscribe = () => {};
  let stopChanges: Unsubscribe = () => {};

  function look(): void {
    if (reading || resting) {
      again = true;
      return;
    }
    reading = true;
    stopTimer();
    void read().finally(() => {
      reading = false;
    });
  }

  async function read(): Promise<void> {
    again = false;
    const present = presentAt(options.snapshot());
    const found = await options.books.queueNumbers(present);
    if (listeners.size === 0) return;
    if (!found.ok) return wake(retryInMs);
    const { newestLine, ...numbers } = found.value;
    const instances = [...options.instances()];
    // What a list shows depends on the books and, for units that left, on the boards that are here.
    const lists = JSON.stringify([newestLine, numbers.recall, present]);
    if (latest?.lists !== lists) revision += 1;
    const state = { revision, ...numbers, instances };
    const text = JSON.stringify(state);
    const changed = latest?.text !== text;
    latest = { state, text, lists };
    if (changed) for (const listener of [...listeners]) listener(state);
    rest(instances.some((one) => one.quotaUsed > 0));
  }

  function rest(timeChangesIt: boolean): void {
    resting = true;
    stopTimer = options.clock.after(restInMs, () => {
      resting = false;
      if (again) look();
      else if (timeChangesIt) wake(quotaLookInMs - restInMs);
    });
  }

  function wake(inMs: number): void {
    stopTimer = options.clock.after(inMs, look);
  }

  return (listener) => {
    listeners.add(listener);
    if (listeners.size === 1) {
      latest = null;
      stopChanges = options.onChange(look);
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
