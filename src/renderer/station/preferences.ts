import { useSyncExternalStore } from 'react';

/*
 * What belongs to this window and its person, not to the station: kept by the browser, lost without harm.
 */

/** Names of the preferences and their defaults. */
const defaults = {
  actor: 'operator',
  language: '',
  sound: 'on',
  voice: 'on',
  scanHere: 'on',
  tour: 'new',
  benchPanel: 'open',
} as const;

/** Name of a preference. */
export type PreferenceName = keyof typeof defaults;

/** What belongs to one window and not to the next one of the same person. */
const ofThisWindow: ReadonlySet<PreferenceName> = new Set(['scanHere']);

const listeners = new Set<() => void>();
const key = (name: PreferenceName): string => `dps-station.${name}`;

function storeOf(name: PreferenceName): Storage {
  return ofThisWindow.has(name) ? window.sessionStorage : window.localStorage;
}

/** Reads a preference. */
export function readPreference(name: PreferenceName): string {
  return storeOf(name).getItem(key(name)) ?? defaults[name];
}

/** Keeps a preference and tells every component that uses it. */
export function writePreference(name: PreferenceName, value: string): void {
  storeOf(name).setItem(key(name), value);
  for (const listener of [...listeners]) listener();
}

/** A preference with its setter. */
export function usePreference(name: PreferenceName): readonly [string, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => readPreference(name));
  return [value, (next) => writePreference(name, next)];
}

/** Who is answerable for what is done in this window; never empty. */
export function readActor(): string {
  return readPreference('actor').trim().slice(0, 64) || defaults.actor;
}

function subscribe(listener: () => void): () => void {
  const fromElsewhere = (): void => listener();
  listeners.add(listener);
  window.addEventListener('storage', fromElsewhere);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', fromElsewhere);
  };
}
