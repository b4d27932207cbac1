import { describe, expect, it } from 'vitest';
import { createListPages, type Stretch } from '../../../src/renderer/ui/list-pages.ts';
import { problem } from '../../../src/shared/problem.ts';
import { fail, ok } from '../../../src/shared/result.ts';

/* A long list in a page: which stretches are asked for, what is held, and what a change of the books does to it. */

/** A station with the rows `newest` to 1; answers wait until they are let go. */
function station(newest: number) {
  const asked: Stretch[] = [];
  const state = { newest, broken: false };
  let letGo: (() => void)[] = [];
  const load = async (stretch: Stretch) => {
    asked.push(stretch);
    await new Promise<void>((resolve) => letGo.push(resolve));
    if (state.broken) return fail(problem('station-gone'));
    const first = (stretch.before ?? state.newest + 1) - 1 - stretch.skip;
    const rows = Array.from({ length: Math.max(0, Math.min(stretch.limit, first)) }, (_, at) => first - at);
    return ok({ rows, total: state.newest });
  };
  const pages = createListPages<number>({ load, keyOf: (row) => row });
  /** Lets every answer go, also those asked for because of it. */
  const settle = async (): Promise<void> => {
    while (letGo.length > 0) {
      for (const go of letGo.splice(0)) go();
      letGo = [];
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { asked, state, pages, settle };
}

describe('the pages of a long list', () => {
  it('begin with the newest, and load ahead of what is seen', async () => {
    const { asked, pages, settle } = station(1_000);
    pages.refresh();
    await settle();
    pages.show(0, 20);
    await settle();
    expect(asked).toEqual([{ before: null, skip: 0, limit: 100 }]);
    pages.show(40, 60); // 50 rows ahead of the 60th are on the second page
    await settle();
    expect(asked.slice(1)).toEqual([{ before: 901, skip: 0, limit: 100 }]); // from the end of the page above
    const view = pages.read();
    expect([view.total, view.rowAt(0), view.rowAt(199), view.rowAt(200)]).toEqual([1_000, 1_000, 801, undefined]);
    expect([view.indexOf(801), view.indexOf(5)]).toEqual([199, -1]);
  });

  it('jump to the middle without what lies between, and forget what is far', async () => {
    const { asked, pages, settle } = station(100_000);
    pages.refresh();
    await settle();
    pages.show(70_010, 70_030);
    await settle();
    expect(asked.slice(1)).toEqual([
      { before: null, skip: 70_000, limit: 100 },
      { before: null, skip: 69_900, limit: 100 },
    ]);
    expect(pages.read().rowAt(70_010)).toBe(29_990);
    for (let at = 70_000; at < 73_000; at += 100) {
      pages.show(at, at + 20);
      await settle();
    }
    expect(pages.read().rowAt(0)).toBeUndefined();
    expect(pages.read().rowAt(72_900)).toBe(27_100);
  });

  it('ask again for what is seen when the books have changed, and keep the rest out', async () => {
    const { asked, state, pages, settle } = station(1_000);
    pages.refresh();
    await settle();
    pages.show(500, 520);
    await settle();
    asked.length = 0;
    state.newest = 1_003;
    pages.refresh();
    pages.refresh(); // many changes, one question
    expect(pages.read().rowAt(500)).toBe(500); // what was there stays until the answer comes
    await settle();
    expect(asked).toContainEqual({ before: null, skip: 500, limit: 100 });
    expect(asked.filter((stretch) => stretch.skip === 500).length).toBeLessThanOrEqual(2);
    expect(pages.read()).toMatchObject({ total: 1_003, problem: null });
    expect(pages.read().indexOf(500)).toBe(503);
  });

  it('keep what is shown when the station does not answer, and go on when asked to', async () => {
    const { state, pages, settle } = station(300);
    pages.refresh();
    await settle();
    state.broken = true;
    pages.show(150, 170);
    await settle();
    expect(pages.read().problem?.code).toBe('station-gone');
    expect(pages.read().rowAt(0)).toBe(300);
    state.broken = false;
    pages.refresh();
    await settle();
    expect(pages.read().problem).toBeNull();
    expect(pages.read().rowAt(150)).toBe(150);
  });

  it('hold nothing of an empty list and ask for nothing more', async () => {
    const { asked, pages, settle } = station(0);
    pages.refresh();
    await settle();
    pages.show(0, 0);
    await settle();
    expect(pages.read()).toMatchObject({ total: 0, problem: null });
    expect(asked).toHaveLength(1);
  });
});
