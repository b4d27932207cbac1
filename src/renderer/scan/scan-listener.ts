import { type BurstOutcome, emptyBurst, endOfWait, pressKey } from './burst.ts';

/** What the listener tells. */
export type ScanListener = {
  /** A label or a command barcode. */
  onScan(text: string): void;
  /** A person typed and no field has the focus: the text belongs into the scan field. */
  onLooseText(text: string): void;
};

/**
 * Listens to every key of the window before anything else does. Keys are held back for some hundredths of a second until
 * it is clear whether a person or a scanner typed them, so that no scan ever ends up in a text field.
 */
export function listenForScans(target: Window, listener: ScanListener): () => void {
  let burst = emptyBurst;
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
    if (isEditable(target.document.activeElement)) insertText(text);
    else listener.onLooseText(text);
  }

  function takeBack(count: number): void {
    const field = target.document.activeElement;
    if (!isEditable(field)) return;
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
    const step = pressKey(burst, press);
    burst = step.burst;
    if (step.consume) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (timer !== null) target.clearTimeout(timer);
    timer = step.waitInMs === null ? null : target.setTimeout(wait, step.waitInMs);
    tell(step.outcomes);
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

function isEditable(element: Element | null): boolean {
  if (element instanceof HTMLTextAreaElement) return !element.readOnly && !element.disabled;
  if (element instanceof HTMLInputElement) {
    const withoutText = ['button', 'checkbox', 'radio', 'range', 'submit', 'file', 'color', 'reset'];
    return !withoutText.includes(element.type) && !element.readOnly && !element.disabled;
  }
  return element instanceof HTMLElement && element.isContentEditable;
}
