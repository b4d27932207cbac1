import { describe, expect, it } from 'vitest';
import { isCommand } from '../../../src/renderer/scan/command-scans.ts';

describe('a scan on a page that takes labels itself', () => {
  it.each([
    ...['CONFIRM', 'cancel', 'SLOT 3', 'SLOT4', 'ABORT-12', 'BADGE E-7', 'BADGE OUT', 'ORDER 17', 'QA ON', 'qa-off'],
    ...['{"order":1}', '\u0002CONFIRM\r\n', ' QA OFF '],
  ])('is left to the station: %j', (text) => expect(isCommand(text)).toBe(true));

  it.each([
    ...['SN000001;c89346aabbcc', 'BADGE', 'BADGER', 'slot-board-9', 'QA ONE', 'ORDERLY-7', 'LOT-7', 'CONFIRMED'],
    ...['C8:93:46:AA:BB:CC', ''],
  ])('is for the page: %j', (text) => expect(isCommand(text)).toBe(false));
});
