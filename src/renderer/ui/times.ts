import { useEffect, useState } from 'react';
import { useLanguage } from '../words/words.ts';

/** Times, spans and numbers as the language in use writes them. Moments are ISO 8601 UTC, shown in local time. */
export type Times = {
  number(value: number): string;
  percent(share: number): string;
  dateTime(moment: string): string;
  /** Without seconds. */
  shortDateTime(moment: string): string;
  /** The hour that begins at a moment; `withDay`: the weekday as well. */
  hour(moment: string, withDay: boolean): string;
  /** From a moment to `now` (milliseconds since 1970), such as "3 minutes ago". */
  ago(moment: string, now: number): string;
  duration(inMs: number): string;
};

const steps = [
  ['second', 1_000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
] as const;

/** Formats for the language in use. */
export function useTimes(): Times {
  const language = useLanguage();
  const whole = new Intl.NumberFormat(language);
  const unit = (value: number, name: string, digits = 0): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  return {
    number: (value) => whole.format(value),
    percent: (share) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    dateTime: (moment) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(moment)),
    shortDateTime: (moment) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' }).format(new Date(moment)),
    hour: (moment, withDay) =>
      new Intl.DateTimeFormat(language, {
        hour: '2-digit',
        minute: '2-digit',
        ...(withDay ? { weekday: 'short', day: 'numeric' } : {}),
      }).format(new Date(moment)),
    ago: (moment, now) => {
      const sinceInMs = Math.max(0, now - Date.parse(moment));
      const [name, inMs] = steps.findLast(([, size]) => sinceInMs >= size) ?? steps[0];
      return new Intl.RelativeTimeFormat(language, { numeric: 'always' }).format(-Math.floor(sinceInMs / inMs), name);
    },
    duration: (inMs) => {
      if (inMs < 1_000) return unit(inMs, 'millisecond');
      if (inMs < 60_000) return unit(inMs / 1_000, 'second', 1);
      if (inMs < 3_600_000)
        return `${unit(Math.floor(inMs / 60_000), 'minute')} ${unit(Math.floor((inMs % 60_000) / 1_000), 'second')}`;
      return `${unit(Math.floor(inMs / 3_600_000), 'hour')} ${unit(Math.floor((inMs % 3_600_000) / 60_000), 'minute')}`;
    },
  };
}

/** The present, in milliseconds since 1970; the component draws again every `everyInMs`. */
export function useNow(everyInMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyInMs);
    return () => clearInterval(timer);
  }, [everyInMs]);
  return now;
}
