import type { OperationResult, OperationStep } from '../../../shared/enrollment-list.ts';
import { fail } from '../../../shared/result.ts';
import { enableGroup, type OperationTools } from './entry-changes.ts';
import { forgetDevice, remove, skipped, step } from './entry-steps.ts';

/** So many steps that did not succeed are named; of the others their number is told. */
const namedSteps = 20;

/**
 * Retires a group with its devices: it lets nobody in any more, then hub identities and registration records go (they
 * count against the quota and survive the group), then the group. It is looked for devices until none is left that could
 * go, because pages move while records are deleted.
 */
export async function retireGroup(tools: OperationTools, id: string): Promise<OperationResult> {
  const closed = await step('entry', () => enableGroup(tools, id, false));
  const sums = { done: 0, of: 0 };
  const named: OperationStep[] = [];
  const add = (...steps: readonly OperationStep[]): void => {
    for (const one of steps) {
      const held = one.outcome === 'done' || one.outcome === 'not-needed';
      sums.of += 1;
      if (held) sums.done += 1;
      else if (named.length < namedSteps) named.push(one);
    }
  };
  add(closed);
  if (closed.outcome === 'failed') return { id, ...sums, steps: named };
  const stayed = new Set<string>();
  for (let continuation: string | null = null; ; ) {
    const page = await tools.service.groupRegistrations(id, { size: 100, continuation });
    if (!page.ok) {
      const refused = page.problem.problem;
      add(await step('registration-record', async () => fail(refused)));
      break;
    }
    const ids = page.value.rows.flatMap(({ registrationId }) => registrationId ?? []);
    const left = ids.filter((device) => !stayed.has(device));
    for (const device of left) {
      const steps = await forgetDevice(tools, device);
      add(...steps);
      if (steps.some(({ outcome }) => outcome !== 'done' && outcome !== 'not-needed')) stayed.add(device);
    }
    // From the start again where something went; on to the next page where everything had to stay.
    continuation = left.length > 0 ? null : page.value.continuation;
    if (left.length === 0 && continuation === null) break;
  }
  const last = sums.done === sums.of ? await step('entry', () => remove(tools, 'group', id)) : skipped('entry');
  add(last);
  return { id, ...sums, steps: [closed, ...named, ...(named.includes(last) ? [] : [last])] };
}
