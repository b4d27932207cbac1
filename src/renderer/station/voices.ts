/** What matters of a voice of the browser. */
type Voice = Pick<SpeechSynthesisVoice, 'lang' | 'localService' | 'default'>;

/**
 * The voice for a language that speaks on this computer; null when there is none. A remote voice would send every
 * sentence, serials in it, to whoever runs it.
 */
export function localVoice<Found extends Voice>(voices: readonly Found[], language: string): Found | null {
  const able = voices.filter((one) => one.localService && /^[a-z]+/i.exec(one.lang)?.[0].toLowerCase() === language);
  return able.find((one) => one.default) ?? able[0] ?? null;
}
