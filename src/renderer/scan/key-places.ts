/*
 * What becomes of keys that were held back depends on what has the focus.
 */

/**
 * - `field`: text can be given back to it, so keys may be held back;
 * - `own`: it reads keys in a way of its own (a date, a list of choices) and cannot be given them later: they pass;
 * - `loose`: it does nothing with letters, so they go to the scan field;
 * - `closed`: the same, but a dialog is in front of the scan field.
 */
export type KeyPlace = 'field' | 'own' | 'loose' | 'closed';

const textInputs = new Set(['text', 'search', 'password', 'email', 'tel', 'url']);
const ownKeys =
  'input, textarea, select, [role="combobox"], [role="listbox"], [role="option"], [role="menu"], [role="menuitem"], [role="slider"], [role="spinbutton"], [role="tree"], [role="grid"]';

/** Says what keys mean to the element that has the focus. */
export function keyPlaceOf(element: Element | null): KeyPlace {
  if (takesText(element)) return 'field';
  if (element === null) return 'loose';
  if (element.closest(ownKeys) !== null) return 'own';
  return element.ownerDocument.querySelector('[role="dialog"][aria-modal="true"]') === null ? 'loose' : 'closed';
}

/** Whether `insertText` puts text into it, wherever its cursor is. */
export function takesText(element: Element | null): boolean {
  if (element instanceof HTMLTextAreaElement) return !element.readOnly && !element.disabled;
  if (element instanceof HTMLInputElement) {
    return textInputs.has(element.type) && !element.readOnly && !element.disabled;
  }
  return element instanceof HTMLElement && element.isContentEditable;
}
