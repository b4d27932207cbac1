import type { Job, Origin } from '../../shared/job.ts';
import { type Clock, isoNow } from '../ports/clock.ts';
import type { LinePresence } from '../ports/line.ts';
import type { Random } from '../ports/random.ts';
import type { LoadedRecipe } from './loaded-recipe.ts';
import type { WaitingUnit } from './scan-desk.ts';

/** A job in its first state, for a unit whose board has appeared. */
export function newJob(
  unit: WaitingUnit,
  slot: number,
  line: LinePresence,
  station: {
    readonly recipe: LoadedRecipe;
    readonly origin: Origin;
    readonly clock: Clock;
    readonly random: Pick<Random, 'uuid'>;
  },
): Job {
  const { recipe, hash } = station.recipe;
  return {
    id: station.random.uuid(),
    kind: unit.kind,
    serial: unit.serial,
    slot,
    hardwareId: line.usbSerial,
    labelMac: unit.mac,
    recipe: recipe.name,
    recipeHash: hash,
    instance: unit.instance ?? recipe.enrollment.instance,
    state: { step: 'connecting' },
    ...(unit.order === null ? {} : { order: unit.order }),
    supersedes: unit.supersedes,
    origin: { ...station.origin, actor: unit.actor ?? station.origin.actor },
    startedAt: isoNow(station.clock),
    finishedAt: null,
  };
}
