import type { Handlers } from '../../../shared/link/serve.ts';
import { ok } from '../../../shared/result.ts';
import type { StationHandle } from '../../ports/station-handle.ts';

type EnrollmentCall =
  | 'mirror-refresh'
  | 'entry-list'
  | 'entry-records'
  | 'entry-look'
  | 'entry-detail'
  | 'entry-operate'
  | 'entry-replace-credential'
  | 'group-put'
  | 'group-exclude';

/** The part of the contract that manages what DPS instances hold. */
export type EnrollmentHandlers = {
  readonly calls: Pick<Handlers['calls'], EnrollmentCall>;
  readonly streams: Pick<Handlers['streams'], 'mirror'>;
};

/** Answers it for a station in full work. */
export function createEnrollmentHandlers({ enrollments }: Pick<StationHandle, 'enrollments'>): EnrollmentHandlers {
  return {
    calls: {
      'mirror-refresh': async ({ instance }) => {
        const done = await enrollments.refresh(instance);
        return done.ok ? ok({}) : done;
      },
      'entry-list': ({ filter, skip, limit }) => enrollments.list(filter, { skip, limit }),
      'entry-records': async ({ filter, after, limit }) => {
        const rows = await enrollments.records(filter, after, limit);
        return rows.ok ? ok({ rows: [...rows.value] }) : rows;
      },
      'entry-look': async ({ instance, ids }) => {
        const done = await enrollments.look(instance, ids);
        return done.ok ? ok({}) : done;
      },
      'entry-detail': async ({ instance, kind, id }) => {
        const found = await enrollments.detail(instance, kind, id);
        return found.ok ? ok({ ...found.value }) : found;
      },
      'entry-operate': async (order) => {
        const done = await enrollments.operate(order);
        return done.ok ? ok({ results: [...done.value] }) : done;
      },
      'entry-replace-credential': ({ instance, id, order, actor }) =>
        enrollments.replaceCredential(instance, id, order, actor),
      'group-put': async ({ instance, order, actor }) => {
        const done = await enrollments.putGroup(instance, order, actor);
        return done.ok ? ok({}) : done;
      },
      'group-exclude': async ({ instance, id, actor }) => {
        const done = await enrollments.exclude(instance, id, actor);
        return done.ok ? ok({}) : done;
      },
    },
    streams: {
      mirror: (listener) => {
        const stop = enrollments.onChange(() => listener([...enrollments.states()]));
        listener([...enrollments.states()]);
        return stop;
      },
    },
  };
}
