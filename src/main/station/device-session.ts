import type { PublicIdentity } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { boardIdentityOf, identityCommandOf } from '../../shared/recipe.ts';
import { assertNever, fail, ok, type Result } from '../../shared/result.ts';
import { enrollmentFrom } from '../domain/enrollment.ts';
import type { JobEffect, JobEvent } from '../domain/provision-machine.ts';
import { registrationIdOf } from '../identity/unit-registration-id.ts';
import { createBoardCheck } from './board-check.ts';
import { createDevkitBoard, type DevkitBoard } from './devkit-board.ts';
import { createLinuxBoard, type LinuxBoard } from './linux-board.ts';
import { createDiceMaker } from './makers/dice-maker.ts';
import type { IdentityMaker } from './makers/identity-maker.ts';
import { createStationCertificateMaker } from './makers/station-certificate-maker.ts';
import { createSymmetricKeyMaker } from './makers/symmetric-key-maker.ts';
import { createTpmMaker } from './makers/tpm-maker.ts';
import type { SessionOptions } from './session-options.ts';

/** The work with one board: carries out effects, holds a secret from its making to its acknowledgement, no longer. */
export type DeviceSession = {
  perform(effect: JobEffect): Promise<JobEvent>;
  /** Overwrites the secret and frees the line. */
  close(): Promise<void>;
};

/** A board, and what gives it its identity. */
type Parts = { readonly board: DevkitBoard | LinuxBoard; readonly maker: IdentityMaker };

/** Works with a board as the recipe's kind asks. */
export function createDeviceSession(options: SessionOptions): DeviceSession {
  const { board, maker } = partsOf(options);
  const check = createBoardCheck({
    ...options,
    identity: boardIdentityOf(options.recipe.recipe),
    read: readerOf(board, options),
  });
  let closed = false;

  const failed = (cause: Problem): JobEvent => ({ event: 'failed', problem: cause });

  async function makeIdentity(mac: string | null, version: string | null): Promise<JobEvent> {
    const { job } = options;
    const { recipe } = options.recipe;
    const values = { serial: job.serial, mac, version: version?.replaceAll('.', 'v') ?? null, ...maker.values() };
    const id = registrationIdOf(recipe, values);
    if (!id.ok) return failed(id.problem);
    const replaces = await admitted(id.value);
    if (!replaces.ok) return failed(replaces.problem);
    const head = await options.store.auditHead();
    if (!head.ok) return failed(head.problem);
    const made = await maker.make(id.value);
    if (!made.ok) return failed(made.problem);
    if (closed) {
      maker.forget();
      return failed(problem('line-closed'));
    }
    const group = recipe.enrollment.group ?? null;
    const members = { registrationId: id.value, replaces: replaces.value, group };
    const identity: PublicIdentity = { ...made.value.credential, ...members };
    const anchor = head.value === null ? null : { head: head.value, station: job.origin.station };
    const enrollment = enrollmentFrom(identity, made.value.attestation, recipe.enrollment, values, anchor);
    return { event: 'identity-made', identity, enrollment };
  }

  /** What speaks against giving this board this id, before any secret exists; else whether an enrollment of it was sent before. */
  async function admitted(registrationId: string): Promise<Result<boolean, Problem>> {
    const { job, store } = options;
    const holder = await store.holder({ instance: job.instance, registrationId });
    if (!holder.ok) return holder;
    if (holder.value !== null && holder.value.id !== job.supersedes) {
      return fail(problem('registration-id-taken', { registrationId, serial: holder.value.serial }));
    }
    const once = options.recipe.recipe.kind !== 'linux-tpm' && options.recipe.recipe.secret.storage === 'once';
    if (once) {
      // Without an adapter's serial nobody can tell whether this board was written before.
      if (job.hardwareId === null) return fail(problem('hardware-id-needed', { path: options.path }));
      const written = await store.wasWritten(job.hardwareId);
      if (!written.ok) return written;
      if (written.value) return fail(problem('secret-written-once'));
    }
    if (options.recipe.recipe.enrollment.group !== undefined) return ok(false);
    return store.wasQueued(job.instance, registrationId);
  }

  async function perform(effect: JobEffect): Promise<JobEvent> {
    switch (effect.effect) {
      case 'make-identity':
        return makeIdentity(effect.mac, effect.version);
      case 'check-board':
        return check.check();
      case 'write-secret':
        return maker.write();
      case 'read-board': {
        const read = await maker.read();
        const known = read.ok ? await check.remember() : read;
        return known.ok ? { event: 'board-read' } : failed(known.problem);
      }
      case 'connect':
      case 'find-mac':
      case 'enter-configuration':
      case 'read-version':
      case 'set-wifi':
      case 'open-shell':
      case 'restart-board':
        return board.perform(effect);
      default:
        return assertNever(effect);
    }
  }

  return {
    perform,
    close: async () => {
      closed = true;
      maker.forget();
      await board.close();
    },
  };
}

/** Asks a board with a shell who it is; null where the recipe has no command for that. */
function readerOf(
  board: Parts['board'],
  { recipe, times }: SessionOptions,
): (() => Promise<Result<string, Problem>>) | null {
  const command = identityCommandOf(recipe.recipe);
  if (command === null || !('run' in board)) return null;
  return async () => {
    const lines = await board.run(command, times.answer);
    if (!lines.ok) return lines;
    const told = lines.value.at(-1)?.trim() ?? '';
    return told === '' ? fail(problem('shell-command-failed', { command, status: 0, said: '' })) : ok(told);
  };
}

/** The only place that knows which kind of recipe needs which board and which maker. */
function partsOf(options: SessionOptions): Parts {
  const { recipe, image } = options.recipe;
  switch (recipe.kind) {
    case 'mxchip-devkit': {
      const board = createDevkitBoard(options, recipe);
      return { board, maker: createDiceMaker(options, board, image) };
    }
    case 'mxchip-devkit-symmetric-key': {
      const board = createDevkitBoard(options, recipe);
      return { board, maker: createSymmetricKeyMaker(options, board, recipe) };
    }
    case 'linux-tpm': {
      const board = createLinuxBoard(options, recipe);
      return { board, maker: createTpmMaker(options, board, recipe) };
    }
    case 'x509-station': {
      const board = createLinuxBoard(options, recipe);
      return { board, maker: createStationCertificateMaker(options, board, recipe) };
    }
    default:
      return assertNever(recipe);
  }
}
