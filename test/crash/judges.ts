import type { BenchBoard } from '../../src/shared/bench.ts';
import { brokenLinks, type JobRow } from './books.ts';
import { type Death, type TrialRecord, unitsPerTrial } from './trial.ts';

/** Where a kill hit a unit: before `intent` was committed, between it and `acknowledged`, or after that. */
export type Window = 'before' | 'between' | 'after';

/** The window of a job that a kill interrupted; null for one that had ended. */
export function windowOf(job: Pick<JobRow, 'step'>): Window | null {
  if (job.step === 'done') return null;
  if (job.step === 'intent') return 'between';
  return job.step === 'restarting' ? 'after' : 'before';
}

/** The jobs that a kill interrupted, by the database it left. */
export function interruptedBy(death: Death): readonly JobRow[] {
  return death.left.remains.jobs.filter((job) => windowOf(job) !== null);
}

/** Serials of the units that may be set aside: a kill hit them between `intent` and `acknowledged`. */
function mayBeSetAside(record: TrialRecord): Set<string> {
  const hit = record.deaths.flatMap(interruptedBy).filter((job) => windowOf(job) === 'between');
  return new Set(hit.map((job) => job.serial));
}

/** All that is wrong with a trial, in sentences; empty when nothing is. */
export function judge(record: TrialRecord): string[] {
  return [
    ...record.deaths.flatMap(judgeDeath),
    ...judgeOutcomes(record),
    ...judgeBoards(record),
    ...judgeEnrollments(record),
    ...judgeRegistrations(record),
    ...brokenLinks(record.journal),
  ];
}

/** Nothing may have happened outside that the books of the dead station do not know. */
function judgeDeath(death: Death, index: number): string[] {
  const { boards, enrollments, remains } = death.left;
  const at = `death ${index + 1}`;
  const knowsWrite = (board: BenchBoard) =>
    remains.jobs.some((job) => job.board === board.board && job.registrationId !== null);
  const knowsCall = (registrationId: string) =>
    remains.items.some((item) => item.registrationId === registrationId && item.attempts > 0);
  return [
    ...boards
      .filter((board) => board.secretWrites > 0 && !knowsWrite(board))
      .map((board) => `${at}: board ${board.board} holds a secret that no intent announces`),
    ...enrollments
      .filter((row) => !knowsCall(row.registrationId))
      .map((row) => `${at}: ${row.registrationId} is enrolled and no item was marked as sent`),
    ...judgeCards(death, at),
  ];
}

/** In which window each card says that the stop came. */
const windowsOfCards: ReadonlyMap<string, string> = new Map([
  ['interrupted-waits', 'before'],
  ['interrupted-ended', 'before'],
  ['interrupted-writing', 'between'],
  ['interrupted-written', 'after'],
]);

/** Each interrupted slot gets one card, and the card of a unit in the window says that nothing is to be written. */
function judgeCards(death: Death, at: string): string[] {
  if (death.cards === null) return [];
  const expected = interruptedBy(death).map((job) => `${job.slot} ${job.serial} ${windowOf(job)}`);
  const shown = death.cards.map(({ slot, serial, code }) => `${slot} ${serial} ${windowsOfCards.get(code) ?? code}`);
  const [wanted, found] = [expected.sort().join(', '), shown.sort().join(', ')];
  return wanted === found ? [] : [`${at}: the cards are [${found}], expected [${wanted}]`];
}

/** Every unit passes unaided, with one job, but those that a kill hit in the window: they are set aside. */
function judgeOutcomes({ units, worked, ...record }: TrialRecord): string[] {
  const setAside = mayBeSetAside({ units, worked, ...record });
  return units.flatMap(({ serial }) => {
    const outcomes = worked.remains.jobs.filter((job) => job.serial === serial).map((job) => job.outcome ?? job.step);
    const expected = setAside.has(serial) ? 'unsettled' : 'passed';
    return outcomes.join(', ') === expected ? [] : [`${serial} ended as [${outcomes}], expected ${expected}`];
  });
}

/** The boards' own counters: one write each, none only where the kill came before the bytes left. */
function judgeBoards(record: TrialRecord): string[] {
  const setAside = mayBeSetAside(record);
  return record.units.flatMap(({ serial, board: id }) => {
    const board = record.watched.boards.find((one) => one.board === id);
    if (board === undefined) return [`the board of ${serial} is gone`];
    const least = setAside.has(serial) ? 0 : 1;
    const rightly = board.secretWrites >= least && board.secretWrites <= 1;
    return [
      ...(rightly ? [] : [`the board of ${serial} took ${board.secretWrites} secrets`]),
      ...(board.slot === null ? [] : [`the board of ${serial} was left on the bench`]),
    ];
  });
}

/** The cloud's own book: one enrollment per unit, each made once, none changed or deleted. */
function judgeEnrollments({ units, powered, watched }: TrialRecord): string[] {
  const ids = watched.enrollments.map((row) => row.registrationId);
  const { created, updated, deleted } = watched.counters;
  const missing = powered.filter((board) => !ids.some((id) => id.includes(board.mac)));
  const undelivered = watched.remains.items.filter((item) => item.state !== 'delivered');
  return [
    ...(ids.length === unitsPerTrial && new Set(ids).size === units.length ? [] : [`${ids.length} enrollments`]),
    ...missing.map((board) => `board ${board.board} is not enrolled`),
    ...undelivered.map((item) => `the item of ${item.registrationId} is ${item.state}`),
    ...(created % unitsPerTrial === 0 ? [] : [`the cloud made ${created} enrollments`]),
    ...(updated + deleted === 0 ? [] : [`the cloud changed ${updated} and deleted ${deleted} enrollments`]),
  ];
}

/**
 * What boards show when they start away from any station: who holds a secret registers with the certificate it derives,
 * who holds none does not. The watcher of a new station then settles what was set aside and wrongs nobody.
 */
function judgeRegistrations({ units, powered, watched }: TrialRecord): string[] {
  return units.flatMap(({ serial, board: id }) => {
    const board = powered.find((one) => one.board === id);
    const job = watched.remains.jobs.find((one) => one.serial === serial);
    if (board === undefined || job === undefined) return [`${serial} has no board or no job`];
    const holdsSecret = board.secretWrites === 1;
    const registers = board.registeredWith !== null && board.registeredWith === job.registrationId;
    const shows = `${job.outcome}${job.provedAt === null ? '' : ' and proved'}${job.problem === null ? '' : `, ${job.problem}`}`;
    const expected = holdsSecret ? 'passed and proved' : 'unsettled, interrupted-writing';
    return [
      ...(registers === holdsSecret ? [] : [`the board of ${serial} says: ${board.lastRegistration}`]),
      ...(shows === expected ? [] : [`${serial} is ${shows} after all boards were looked at, expected ${expected}`]),
    ];
  });
}
