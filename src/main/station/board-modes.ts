import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { macFromApMode, observedMode } from '../domain/console-dialogue.ts';
import type { JobEvent } from '../domain/provision-machine.ts';
import { macFrom } from '../identity/registration-id.ts';
import type { BoardConsole } from './board-console.ts';
import type { SessionOptions } from './session-options.ts';

/** What it takes to bring a board into a mode: a clock, patience, and a person who is asked. */
type ModeOptions = Pick<SessionOptions, 'clock' | 'times' | 'onAsk'>;

const failed = (cause: Problem): JobEvent => ({ event: 'failed', problem: cause });

/** Learns the MAC before any secret exists: from the access point's name on the line, or typed from the display. */
export async function findMac(
  talk: BoardConsole,
  from: 'ap-mode' | 'display',
  options: ModeOptions & Pick<SessionOptions, 'typedMac' | 'job'>,
): Promise<JobEvent> {
  let text: string;
  if (from === 'display') {
    options.onAsk('type-mac', null);
    const typed = options.typedMac();
    // Waits for the person, but not for a board that is gone.
    const lost = talk.until(() => false, options.times.operator);
    const first = await Promise.race([typed, lost]);
    if (typeof first !== 'string') return failed(first.ok ? problem('board-silent') : first.problem);
    text = first;
  } else {
    options.onAsk('enter-ap', null);
    const heard = await talk.until((now) => macFromApMode(now) !== null, options.times.operator);
    if (!heard.ok) return failed(modeProblem(heard.problem, 'access point'));
    text = macFromApMode(heard.value) ?? '';
  }
  options.onAsk(null, null);
  const mac = macFrom(text);
  if (!mac.ok) return failed(mac.problem);
  const label = options.job.labelMac === null ? null : macFrom(options.job.labelMac);
  if (label?.ok && label.value !== mac.value) {
    return failed(problem('mac-mismatch', { found: mac.value, expected: label.value }));
  }
  return { event: 'mac-found', mac: mac.value };
}

/**
 * A plugged board is in user mode and cannot be moved from there by bytes: a person (hold A, press RESET) or a
 * fixture does it. A board that is at its prompt already answers to an empty line.
 */
export async function enterConfiguration(talk: BoardConsole, options: ModeOptions): Promise<JobEvent> {
  const probed = await talk.probe();
  if (!probed.ok) return failed(probed.problem);
  const telling = (now: string): boolean => ['configuration', 'user', 'ap'].includes(observedMode(now) ?? '');
  const first = await talk.until(telling, options.times.probe);
  if (!first.ok && first.problem.code !== 'board-silent') return failed(first.problem);
  if (observedMode(talk.heard()) !== 'configuration') {
    options.onAsk('enter-configuration', null);
    const entered = await waitForConfiguration(talk, options);
    options.onAsk(null, null);
    if (!entered.ok) return failed(entered.problem);
  }
  return { event: 'in-configuration' };
}

/** Waits for the person; says meanwhile when the board started in another mode or fell silent after its banner. */
async function waitForConfiguration(talk: BoardConsole, options: ModeOptions): Promise<Result<void, Problem>> {
  const deadline = options.clock.now() + options.times.operator;
  const modeOf = (now: string): string => `${now.split('** MXChip').length} ${observedMode(now)}`;
  let seen = modeOf(talk.heard());
  let silent = false;
  for (;;) {
    const left = deadline - options.clock.now();
    const patience = seen.endsWith('booting') && !silent ? Math.min(left, options.times.silence) : left;
    const heard = await talk.until((now) => modeOf(now) !== seen, patience);
    if (!heard.ok && heard.problem.code !== 'board-silent') return heard;
    if (!heard.ok) {
      if (options.clock.now() >= deadline) return fail(problem('board-mode-timeout', { mode: 'configuration' }));
      silent = true;
      options.onAsk('enter-configuration', problem('board-silent'));
      continue;
    }
    seen = modeOf(heard.value);
    const mode = observedMode(heard.value);
    if (mode === 'configuration') return ok(undefined);
    silent = false;
    if (mode === 'user' || mode === 'ap') {
      options.onAsk('enter-configuration', problem('board-mode-timeout', { mode: 'configuration' }));
    }
  }
}

function modeProblem(cause: Problem, mode: string): Problem {
  return cause.code === 'board-silent' ? problem('board-mode-timeout', { mode }) : cause;
}
