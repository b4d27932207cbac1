import { describe, expect, it } from 'vitest';
import { createRefusalEar, type RefusalEar } from '../../../src/renderer/scan/refusal-ear.ts';
import { type Problem, problem } from '../../../src/shared/problem.ts';

const box = problem('scan-not-recognised', { text: 'a box', recipe: 'r' });
const passed = problem('serial-already-passed', { serial: 'SN1' });

/** What is announced along the way, by code. */
function hear(...happens: ((ear: RefusalEar) => readonly Problem[])[]): string[] {
  const ear = createRefusalEar();
  ear.shown(7, null); // what is there when the page opens
  return happens.flatMap((one) => one(ear).map(({ code }) => code));
}
const nothing =
  (does: (ear: RefusalEar) => void) =>
  (ear: RefusalEar): readonly Problem[] => {
    does(ear);
    return [];
  };
const sent = nothing((ear) => ear.sent());
const answered = (refusal: Problem | null) => (ear: RefusalEar) => ear.answered(refusal);
const shown = (count: number, refusal: Problem | null) => (ear: RefusalEar) => ear.shown(count, refusal);

describe('hearing refusals once each', () => {
  it('does not announce what is there when the page opens', () => {
    expect(createRefusalEar().shown(3, box)).toEqual([]);
  });

  it('announces an own refusal by its answer, whether the station shows it before or after', () => {
    expect(hear(sent, answered(box), shown(8, box))).toEqual(['scan-not-recognised']);
    expect(hear(sent, shown(8, box), answered(box))).toEqual(['scan-not-recognised']);
  });

  it('announces the same refusal again, own and from elsewhere', () => {
    const once = [sent, answered(box), shown(8, box)];
    expect(hear(...once, sent, answered(box), shown(9, box))).toHaveLength(2);
    expect(hear(...once, sent, shown(9, box), answered(box))).toHaveLength(2);
    expect(hear(shown(8, box), shown(9, box))).toHaveLength(2);
    expect(hear(...once, shown(9, box))).toHaveLength(2);
  });

  it('says nothing for a change that is no scan', () => {
    expect(hear(shown(8, box), shown(8, box))).toEqual(['scan-not-recognised']);
  });

  it('announces what came from elsewhere while an own scan was on its way', () => {
    expect(hear(sent, shown(8, passed), answered(null))).toEqual(['serial-already-passed']);
    expect(hear(sent, shown(8, passed), answered(box), shown(9, box))).toEqual([
      'scan-not-recognised',
      'serial-already-passed',
    ]);
  });

  it('announces what never reached the station, and after it the same news from elsewhere once', () => {
    const gone = problem('station-gone');
    expect(hear(sent, answered(gone))).toEqual(['station-gone']);
    expect(hear(sent, answered(gone), shown(8, box))).toEqual(['station-gone', 'scan-not-recognised']);
  });

  it('begins anew with another station', () => {
    expect(
      hear(
        shown(8, box),
        nothing((ear) => ear.forget()),
        shown(0, passed),
        shown(1, passed),
      ),
    ).toEqual(['scan-not-recognised', 'serial-already-passed']);
  });
});
