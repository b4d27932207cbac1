/** How long a simulated board needs, in milliseconds. */
export type BoardTiming = {
  readonly bootInMs: number; // power or RESET to banner
  readonly radioInMs: number; // banner to help text, or to the first attempt to join
  readonly joinInMs: number; // joining a Wi-Fi network
  readonly scanInMs: number; // command `scan`
  readonly writeInMs: number; // one zone of the secure element, written and read back
  readonly perCharacterInMs: number; // each character in or out
  readonly pollSleepInMs: number; // sleep of the 1.3.0 to 1.6.2 console when it finds no input
};

/** Near a real board: 115200 baud, the console's 50 ms sleep; boot and radio are estimates, no board was measured. */
export const realTiming: BoardTiming = {
  bootInMs: 1_500,
  radioInMs: 1_200,
  joinInMs: 4_000,
  scanInMs: 2_500,
  writeInMs: 120,
  perCharacterInMs: 10_000 / 115_200,
  pollSleepInMs: 50,
};

/** Fast, for training and tests: the order of things is kept, their length is not. */
export const trainingTiming: BoardTiming = {
  bootInMs: 30,
  radioInMs: 5,
  joinInMs: 10,
  scanInMs: 10,
  writeInMs: 15,
  perCharacterInMs: 0,
  pollSleepInMs: 5,
};
