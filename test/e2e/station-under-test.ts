import type { Page } from '@playwright/test';

/** A station behind one of its doors. */
export type StationUnderTest = {
  /** The first window. */
  page(): Page;
  pages(): readonly Page[];
  /** One more window on the same station. */
  newWindow(): Promise<Page>;
  /** Kills the process that holds the station, as a power cut would; windows of a browser stay open. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and gives the first window. */
  start(): Promise<Page>;
  close(): Promise<void>;
};
