import { describe, expect, it } from 'vitest';
import {
  type PlacedLine,
  type Placement,
  type PlacementFacts,
  placeLines,
} from '../../../src/main/domain/placement.ts';

const line = (name: string, path = `/dev/${name}`): PlacedLine => ({ path, usbSerial: name });
const [x, y, z] = [line('X'), line('Y'), line('Z')];
const nobody: PlacementFacts = { slots: 2, working: new Set(), returning: new Map(), waiting: null };
const empty: Placement<PlacedLine> = { seen: [], places: new Map() };
const with_ = (places: readonly (readonly [number, PlacedLine])[], ...seen: PlacedLine[]): Placement<PlacedLine> => ({
  seen,
  places: new Map(places),
});
const facts = (part: Partial<PlacementFacts>): PlacementFacts => ({ ...nobody, ...part });

describe('which board belongs into which slot', () => {
  it.each([
    ['a board without a waiting unit gets the lowest place, idle', empty, [x], nobody, { arrived: [1], starts: null }],
    ['the next board starts the waiting unit', empty, [x], facts({ waiting: 'any' }), { arrived: [1], starts: 1 }],
    ['it starts in the slot that was named', empty, [x], facts({ waiting: 2 }), { arrived: [2], starts: 2 }],
    [
      'of two new boards one starts, the other lies idle',
      empty,
      [x, y],
      facts({ waiting: 'any' }),
      { arrived: [1, 2], starts: 1 },
    ],
    [
      'a board that lay there is not the next to appear',
      with_([], x),
      [x],
      facts({ waiting: 'any' }),
      { arrived: [1], starts: null },
    ],
    [
      'a board that found no place before gets one that became free, but starts nothing',
      with_([[1, x]], x, z),
      [z],
      facts({ slots: 1, waiting: 'any' }),
      { left: [1], arrived: [1], starts: null },
    ],
    [
      'a named place stays free for its board',
      with_([], x),
      [x],
      facts({ waiting: 1 }),
      { arrived: [2], starts: null },
    ],
    [
      'a named place that is taken starts nothing',
      with_([[1, x]], x),
      [x, y],
      facts({ waiting: 1 }),
      { arrived: [], starts: null },
    ],
    ['nothing is put where a job works', empty, [x], facts({ working: new Set([1, 2]) }), { arrived: [] }],
    [
      'an interrupted job gets its own board back',
      empty,
      [y, x],
      facts({ working: new Set([1]), returning: new Map([[1, 'X']]) }),
      { returned: [1], arrived: [2] },
    ],
    [
      'another board behind the same path is another board',
      with_([[1, line('X', '/dev/ttyACM0')]], line('X', '/dev/ttyACM0')),
      [line('Y', '/dev/ttyACM0')],
      facts({ waiting: 'any' }),
      { left: [1], arrived: [1], starts: 1 },
    ],
    [
      'a board that stays changes nothing',
      with_([[1, x]], x),
      [x],
      facts({ waiting: 'any' }),
      { left: [], arrived: [], starts: null },
    ],
    ['a board that goes frees its place', with_([[1, x]], x), [], nobody, { left: [1], arrived: [] }],
  ] as const)('%s', (_, before, now, known, expected) => {
    expect(placeLines(before, now, known)).toMatchObject(expected);
  });
});
