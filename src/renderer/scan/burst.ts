/*
 * Tells a barcode scanner that types (keyboard wedge) from a person at the keyboard, by time alone: scanners send a key
 * every 1 to 40 ms and end with Enter or Tab, people need 80 ms and more. Pure: keys and times in, outcomes out.
 */

/** A key as the browser tells it: `key` of the event, its time stamp in milliseconds, and what was held with it. */
export type KeyPress = {
  readonly key: string;
  readonly at: number;
  readonly repeat: boolean;
  /** Ctrl, Alt or Meta was down: a command of a person, or a control character of a scanner. */
  readonly withModifier: boolean;
};

/** What came of keys: a scan, or text that a person typed and that belongs where the cursor is. */
export type BurstOutcome =
  | { readonly outcome: 'typed'; readonly text: string }
  /** `retract`: so many characters went out as typed just before and belong to this scan. */
  | { readonly outcome: 'scan'; readonly text: string; readonly retract: number };

/** Keys that are not decided yet, and what was decided last. */
export type Burst = {
  readonly held: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly typed: { readonly text: string; readonly at: number } | null;
  /** `open`: its Enter or Tab has not come yet, and nothing else has either. */
  readonly scanned: { readonly text: string; readonly at: number; readonly open: boolean } | null;
};

/** Nothing held. */
export const emptyBurst: Burst = { held: '', firstAt: 0, lastAt: 0, typed: null, scanned: null };

/** Answer to a key: `consume` keeps the key from whatever has the focus; `waitInMs`: when to call `endOfWait`, null: no need. */
export type BurstStep = {
  readonly burst: Burst;
  readonly outcomes: readonly BurstOutcome[];
  readonly consume: boolean;
  readonly waitInMs: number | null;
};

const shortest = 4; // characters; people hit two or three keys at once now and then
const nextKeyInMs = 50;
const stallInMs = 250; // a scanner may stall in the middle: radio, a busy computer
const sameScanInMs = 700; // a trigger that bounces, a label read twice
const lateEndInMs = 1_000; // an end that comes behind the decision must not press the button that has the focus

/** Takes one key. */
export function pressKey(burst: Burst, press: KeyPress): BurstStep {
  const gap = press.at - burst.lastAt;
  const inTime = burst.held !== '' && gap <= patience(burst);
  if (isSilent(press.key)) return { burst, outcomes: [], consume: false, waitInMs: waitOf(burst) };
  if (press.withModifier) return { burst, outcomes: [], consume: inTime && isLong(burst), waitInMs: waitOf(burst) };
  if (isEnd(press.key)) return endKey(burst, press);
  if (press.key.length !== 1 || press.repeat) return otherKey(burst, press);
  // A space on a focused button presses it; no label begins with one.
  if (burst.held === '' && press.key === ' ') return otherKey(burst, press);
  if (inTime) return hold({ ...burst, held: burst.held + press.key, lastAt: press.at }, []);
  const decided = decide(burst, press.at);
  const next = closed(decided.burst);
  return hold({ ...next, held: press.key, firstAt: press.at, lastAt: press.at }, decided.outcomes);
}

/** Whether the held keys are a scan already: a person does not type so many so fast. */
export function isScanUnderWay(burst: Burst): boolean {
  return isLong(burst);
}

/** The wait is over without another key. */
export function endOfWait(burst: Burst, at: number): Pick<BurstStep, 'burst' | 'outcomes'> {
  return decide(burst, at);
}

function hold(burst: Burst, outcomes: readonly BurstOutcome[]): BurstStep {
  return { burst, outcomes, consume: true, waitInMs: waitOf(burst) };
}

function endKey(burst: Burst, press: KeyPress): BurstStep {
  const decided = decide(burst, press.at);
  const { scanned } = decided.burst;
  // Enter behind a scan belongs to the scan, also when it was decided without; behind typed text it belongs to the field.
  const consume =
    isLong(burst) ||
    (burst.held === '' && scanned !== null && scanned.open && press.at - scanned.at <= lateEndInMs && !press.repeat);
  return { burst: closed(decided.burst), outcomes: decided.outcomes, consume, waitInMs: null };
}

function otherKey(burst: Burst, press: KeyPress): BurstStep {
  const decided = decide(burst, press.at);
  return { burst: closed(decided.burst), outcomes: decided.outcomes, consume: false, waitInMs: null };
}

/** No end is expected any more: it came, or somebody typed. */
function closed(burst: Burst): Burst {
  return burst.scanned === null || !burst.scanned.open
    ? burst
    : { ...burst, scanned: { ...burst.scanned, open: false } };
}

/** Says what the held keys were. */
function decide(burst: Burst, at: number): Pick<BurstStep, 'burst' | 'outcomes'> {
  const { held, typed, scanned } = burst;
  const empty = { ...burst, held: '' };
  if (held === '') return { burst: empty, outcomes: [] };
  if (!isLong(burst)) {
    // Several stalls at the start: all of it may belong to one label.
    const goesOn = typed !== null && burst.firstAt - typed.at <= stallInMs;
    const text = (goesOn ? typed.text : '') + held;
    return { burst: { ...empty, typed: { text, at }, scanned }, outcomes: [{ outcome: 'typed', text: held }] };
  }
  // A stall after the first keys let them out as typed: they belong to this label.
  const joins = typed !== null && typed.text.length < shortest && burst.firstAt - typed.at <= stallInMs;
  const before = joins ? typed.text : '';
  const text = before + held;
  const again = scanned !== null && scanned.text === text && at - scanned.at <= sameScanInMs;
  const next: Burst = { ...empty, typed: null, scanned: { text, at, open: true } };
  return { burst: next, outcomes: again ? [] : [{ outcome: 'scan', text, retract: before.length }] };
}

function isLong(burst: Burst): boolean {
  return burst.held.length >= shortest;
}

function patience(burst: Burst): number {
  return isLong(burst) ? stallInMs : nextKeyInMs;
}

function waitOf(burst: Burst): number | null {
  return burst.held === '' ? null : patience(burst);
}

function isEnd(key: string): boolean {
  return key === 'Enter' || key === 'Tab';
}

/** Keys that say nothing by themselves: a scanner holds Shift for capitals. */
function isSilent(key: string): boolean {
  return ['Shift', 'CapsLock', 'NumLock', 'Unidentified', 'Process', 'Dead', 'AltGraph'].includes(key);
}
