import { createServiceClock, type RandomBytes } from '../dps/service-clock.ts';

/** Time and identifiers as a hub writes them. */
export type HubClock = {
  readonly now: () => Date;
  /** ISO 8601 in UTC with up to 7 decimals. */
  readonly timestamp: () => string;
  /** Base64 of a number of nine digits, new at each call (as in published answers, e.g. `MzE4NzUxOTU1`). */
  readonly etag: () => string;
  /** Ticks of 100 ns since year 1, never the same twice (as in published answers, e.g. `637546501104263193`). */
  readonly generationId: () => string;
  /** A GUID without hyphens, for error texts. */
  readonly trackingId: () => string;
};

const ticksOfUnixEpoch = 621_355_968_000_000_000n;

/** Makes a {@link HubClock}. */
export function createHubClock(now: () => Date, random: RandomBytes): HubClock {
  const clock = createServiceClock({ now, random, skewInSeconds: () => 0 });
  let lastGeneration = 0n;
  return {
    now,
    timestamp: clock.timestamp,
    etag: () => Buffer.from(String(100_000_000 + (random(4).readUInt32BE() % 900_000_000))).toString('base64'),
    generationId: () => {
      const ticks = ticksOfUnixEpoch + BigInt(now().getTime()) * 10_000n;
      lastGeneration = ticks > lastGeneration ? ticks : lastGeneration + 1n;
      return String(lastGeneration);
    },
    trackingId: () => clock.guid().replaceAll('-', ''),
  };
}
