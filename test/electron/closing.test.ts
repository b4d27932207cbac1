import { describe, expect, it } from 'vitest';
import { type Closing, createClosing } from '../../src/main/electron/closing.ts';

/** A host whose end is in the test's hands, and a person who answers when told. */
function rig(working: number) {
  const stopped = Promise.withResolvers<void>();
  const answers: ((yes: boolean) => void)[] = [];
  const heard: unknown[] = [];
  let stops = 0;
  const closing: Closing = createClosing({
    host: {
      activity: () => ({ working, writing: 0 }),
      stop: () => {
        stops += 1;
        return stopped.promise;
      },
    },
    ask: (units) => {
      expect(units).toBe(working);
      return new Promise((resolve) => void answers.push(resolve));
    },
    onOver: (failure) => void heard.push(failure),
  });
  return { closing, answers, heard, stopped, stops: () => stops };
}

describe('the way out', () => {
  it('asks nobody when nothing is being worked on, and is over only when the station has stopped', async () => {
    const { closing, answers, heard, stopped } = rig(0);
    const left = closing.leave();
    expect(answers).toHaveLength(0);
    expect(closing.isOver()).toBe(false);
    stopped.resolve();
    await left;
    expect([closing.isOver(), heard]).toEqual([true, [null]]);
  });

  it('stays when the person wants to keep working, and asks again the next time', async () => {
    const { closing, answers, stops } = rig(3);
    const first = closing.leave();
    answers[0]?.(false);
    await first;
    expect([stops(), closing.isOver()]).toEqual([0, false]);
    void closing.leave();
    expect(answers).toHaveLength(2);
  });

  it('asks one question however often the window is closed', async () => {
    const { closing, answers, stops, stopped } = rig(1);
    const both = Promise.all([closing.leave(), closing.leave()]);
    expect(answers).toHaveLength(1);
    answers[0]?.(true);
    stopped.resolve();
    await both;
    expect(stops()).toBe(1);
  });

  it('waits for nobody once a signal came, even while the question stands', async () => {
    const { closing, answers, heard, stopped } = rig(2);
    const asked = closing.leave();
    const told = closing.leaveAtOnce();
    stopped.resolve();
    await told;
    answers[0]?.(false);
    await asked;
    expect([closing.isOver(), heard]).toEqual([true, [null]]);
  });

  it('ends all the same when the station fails to stop, and says why', async () => {
    const { closing, heard, stopped } = rig(0);
    const left = closing.leave();
    const failure = new Error('disk');
    stopped.reject(failure);
    await left;
    expect([closing.isOver(), heard]).toEqual([true, [failure]]);
  });
});
