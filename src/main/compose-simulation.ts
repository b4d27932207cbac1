import { startChildProgram } from './adapters/process/child-program.ts';
import { createSimulation } from './adapters/process/simulation.ts';
import { places } from './compose-places.ts';
import type { StartProgram } from './ports/program.ts';

let start: StartProgram = startChildProgram;

/**
 * Says how programs are started where a child process with Node is not to be had (a fused Electron). For doors, before
 * anything is started.
 */
export function startProgramsWith(starter: StartProgram): void {
  start = starter;
}

/** The simulation, started as this door starts programs. */
export const { startSimulation, runSimulation } = createSimulation({
  file: places.simulation,
  start: (request) => start(request),
});
