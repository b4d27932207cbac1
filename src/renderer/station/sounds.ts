import { readPreference } from './preferences.ts';
import { localVoice } from './voices.ts';

/** What can be heard across a hall: each has its own rhythm, so that the ear needs no screen. */
export type Sound = 'pass' | 'fail' | 'refused' | 'ask' | 'scan';

type Tone = {
  readonly hertz: number;
  readonly startInMs: number;
  readonly lengthInMs: number;
  readonly shape: OscillatorType;
};
const tone = (hertz: number, startInMs: number, lengthInMs: number, shape: OscillatorType = 'sine'): Tone => ({
  hertz,
  startInMs,
  lengthInMs,
  shape,
});

const sounds: Readonly<Record<Sound, readonly Tone[]>> = {
  pass: [tone(660, 0, 140), tone(990, 150, 260)],
  fail: [tone(196, 0, 320, 'sawtooth'), tone(147, 340, 520, 'sawtooth')],
  refused: [tone(311, 0, 120, 'square'), tone(311, 180, 120, 'square'), tone(311, 360, 120, 'square')],
  ask: [tone(784, 0, 160, 'triangle'), tone(784, 260, 160, 'triangle')],
  scan: [tone(1318, 0, 70)],
};

let context: AudioContext | null = null;

/** Plays a sound unless the person switched sounds off. A browser keeps silent until somebody has clicked or typed. */
export function play(sound: Sound): void {
  if (readPreference('sound') !== 'on') return;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  const start = context.currentTime + 0.01;
  for (const one of sounds[sound]) playTone(context, start, one);
}

function playTone(on: AudioContext, start: number, { hertz, startInMs, lengthInMs, shape }: Tone): void {
  const oscillator = on.createOscillator();
  const volume = on.createGain();
  const from = start + startInMs / 1_000;
  const to = from + lengthInMs / 1_000;
  oscillator.type = shape;
  oscillator.frequency.value = hertz;
  // Soft edges: a hard one clicks.
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(0.25, from + 0.015);
  volume.gain.setValueAtTime(0.25, to - 0.03);
  volume.gain.linearRampToValueAtTime(0, to);
  oscillator.connect(volume).connect(on.destination);
  oscillator.start(from);
  oscillator.stop(to);
}

/** Says a sentence aloud where this computer itself has a voice; where it has none, the sound has to do. */
export function say(sentence: string, language: string): void {
  if (readPreference('sound') !== 'on' || readPreference('voice') !== 'on' || !('speechSynthesis' in window)) return;
  // The list may be empty until the browser has asked the system: then this sentence is left to the sound.
  const voice = localVoice(window.speechSynthesis.getVoices(), language);
  window.speechSynthesis.cancel();
  if (voice === null) return;
  const words = new SpeechSynthesisUtterance(sentence);
  words.voice = voice;
  words.lang = voice.lang;
  window.speechSynthesis.speak(words);
}
