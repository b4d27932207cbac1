/** Source of bytes for ids and tags; never used for keys. */
export type RandomBytes = (size: number) => Buffer;

/** Time and identifiers as the service writes them. */
export type ServiceClock = {
  /** The service's own time, shifted by the skew fault. */
  readonly now: () => Date;
  /** Real (or the test's) time in milliseconds, not shifted: the base of throttle windows. */
  readonly nowInMs: () => number;
  /** ISO 8601 in UTC with up to 7 decimals, trailing zeros trimmed; never goes back within one millisecond. */
  readonly timestamp: () => string;
  /** Base64 of a quoted GUID-like string, new at each call (as in recorded traffic at api-version 2021-10-01). */
  readonly etag: () => string;
  /** A lower-case GUID. */
  readonly guid: () => string;
};

/** Makes a {@link ServiceClock}. `skewInSeconds` is asked at each call because it can be switched while running. */
export function createServiceClock(options: {
  readonly now: () => Date;
  readonly random: RandomBytes;
  readonly skewInSeconds: () => number;
}): ServiceClock {
  const nowInMs = (): number => options.now().getTime();
  const now = (): Date => new Date(nowInMs() + options.skewInSeconds() * 1000);
  let last = { ms: 0, ticks: 0 };
  const hex = (bytes: number): string => options.random(bytes).toString('hex');
  return {
    now,
    nowInMs,
    timestamp: () => {
      const ms = now().getTime();
      const drawn = options.random(2).readUInt16BE() % 10_000; // the 100 ns steps that a JavaScript Date cannot hold
      const ticks = ms === last.ms ? Math.min(Math.max(last.ticks + 1, drawn), 9_999) : drawn;
      last = { ms, ticks };
      const seconds = new Date(ms).toISOString().slice(0, 19);
      const fraction = `${String(ms % 1000).padStart(3, '0')}${String(ticks).padStart(4, '0')}`.replace(/0+$/, '');
      return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`;
    },
    etag: () => {
      const seconds = Math.floor(now().getTime() / 1000);
      const time = (seconds % 0x1_0000_0000).toString(16).padStart(8, '0');
      return Buffer.from(`"${hex(4)}-0000-0800-0000-${time}0000"`).toString('base64');
    },
    guid: () => {
      const text = hex(16);
      return [
        text.slice(0, 8),
        text.slice(8, 12),
        `4${text.slice(13, 16)}`,
        `a${text.slice(17, 20)}`,
        text.slice(20),
      ].join('-');
    },
  };
}

/**
 * Whether an If-Match value names this etag: `*`, the tag as it stands in the JSON body with or without quotes, or
 * its decoded quoted form (older material shows that one).
 */
export function etagMatches(ifMatch: string, etag: string): boolean {
  const given = ifMatch.trim();
  if (given === '*' || given === etag || given === `"${etag}"`) return true;
  return given === Buffer.from(etag, 'base64').toString('utf8');
}
