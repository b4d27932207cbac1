import { type BurstOutcome, emptyBurst, endOfWait, isScanUnderWay, pressKey } from './burst.ts';
import { type KeyPlace, keyPlaceOf, takesText } from './key-places.ts';

/** What the listener tells. */
export type ScanListener = {
  /** A label or a command barcode. */
  onScan(text: string): void;
  /** A person typed and nothing takes text: it belongs into the scan field. */
  onLooseText(text: string): void;
};

/**
 * Listens to every key of the window before anything else does. Keys are held back for some hundredths of a second until
 * it is clear whether a person or a scanner typed them, so that no scan ever ends up in a text field. Where they could
 * not be given back (a date, a list of choices), the first keys of a scan pass and only the rest is held back.
 */
export function listenForScans(target: Window, listener: ScanListener): () => void {
  let burst = emptyBurst;
  let place: KeyPlace = 'loose'; // of the keys that are held
  let timer: number | null = null;

  function tell(outcomes: readonly BurstOutcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.outcome === 'typed') giveBack(outcome.text);
      else {
        if (outcome.retract > 0) takeBack(outcome.retract);
        listener.onScan(outcome.text);
      }
    }
  }

  function giveBack(text: string): void {
    // Keys of a place of its own have passed already; those behind a dialog belong nowhere.
    if (place === 'own' || place === 'closed') return;
    if (takesText(target.document.activeElement)) insertText(text);
    else listener.onLooseText(text);
  }

  function takeBack(count: number): void {
    if (place === 'own' || !takesText(target.document.activeElement)) return;
    for (let index = 0; index < count; index++) target.document.execCommand('delete');
  }

  function onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const press = {
      key: event.key,
      at: event.timeStamp,
      repeat: event.repeat,
      withModifier: (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState('AltGraph'),
    };
    const here = keyPlaceOf(target.document.activeElement);
    const before = burst;
    const step = pressKey(before, press);
    const holds = step.consume && step.burst.held !== '';
    const passes = holds && here === 'own' && !isScanUnderWay(before);
    burst = step.burst;
    if (step.consume && !passes) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (timer !== null) target.clearTimeout(timer);
    timer = step.waitInMs === null ? null : target.setTimeout(wait, step.waitInMs);
    tell(step.outcomes);
    if (holds && step.burst.held.length === 1) place = here;
  }

  function wait(): void {
    timer = null;
    const decided = endOfWait(burst, target.performance.now());
    burst = decided.burst;
    tell(decided.outcomes);
  }

  const insertText = (text: string): void => {
    // The one way that keeps undo, selection and the frameworks' own bookkeeping right.
    target.document.execCommand('insertText', false, text);
  };

  target.addEventListener('keydown', onKey, { capture: true });
  return () => {
    target.removeEventListener('keydown', onKey, { capture: true });
    if (timer !== null) target.clearTimeout(timer);
  };
}
