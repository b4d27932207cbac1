import type { Client } from '../../../shared/link/connect.ts';
import { ok } from '../../../shared/result.ts';
import type { EnrollmentDesk } from '../../ports/enrollment-desk.ts';
import type { Context } from '../context.ts';
import { CommandFailure, unwrap } from '../output.ts';
import type { CliTools } from '../tools.ts';

/** What commands need of a desk: that of a station opened here, or that of the process which owns the folder. */
export type CliDesk = Pick<
  EnrollmentDesk,
  'refresh' | 'list' | 'records' | 'look' | 'detail' | 'operate' | 'exclude' | 'replaceCredential'
> & {
  putGroup(...order: Parameters<EnrollmentDesk['putGroup']>): Promise<Awaited<ReturnType<EnrollmentDesk['refresh']>>>;
};

/** Works with the desk of the station folder, whoever owns it. */
export async function withDesk(
  context: Context,
  tools: CliTools,
  task: (desk: CliDesk) => Promise<void>,
): Promise<void> {
  const { dataFolder, settings } = context;
  const opened = await tools.openStation({
    dataFolder,
    settings: { ...settings, scanner: null },
    recipe: unwrap(tools.loadRecipe(settings.recipe)),
    door: 'enrollments',
    actor: 'terminal',
    interrupted: 'leave',
    onlyLine: null,
  });
  if (opened.ok) {
    const { enrollments } = opened.value;
    try {
      await task({
        ...enrollments,
        putGroup: async (...order) => {
          const put = await enrollments.putGroup(...order);
          return put.ok ? ok(undefined) : put;
        },
      });
    } finally {
      await opened.value.stop();
    }
    return;
  }
  if (opened.problem.code !== 'folder-owned') throw new CommandFailure(opened.problem);
  const reached = await tools.connectOwner(dataFolder, settings.mode);
  if (reached === null) throw new CommandFailure(opened.problem);
  const owner = unwrap(reached);
  try {
    await task(deskOf(owner.client));
  } finally {
    owner.close();
  }
}

/** The owner's desk over the local link. */
function deskOf(client: Client): CliDesk {
  const done = async (call: Promise<{ ok: true } | { ok: false; problem: never }>) => {
    const answer = await call;
    return answer.ok ? ok(undefined) : answer;
  };
  return {
    refresh: (instance) => done(client.call('mirror-refresh', { actor: 'terminal', instance }) as never),
    list: (filter, { skip, limit }) => client.call('entry-list', { filter, skip, limit }),
    records: async (filter, after, limit) => {
      const page = await client.call('entry-records', { filter, after, limit });
      return page.ok ? ok(page.value.rows) : page;
    },
    look: (instance, ids) => done(client.call('entry-look', { instance, ids: [...ids] }) as never),
    detail: (instance, kind, id) => client.call('entry-detail', { instance, kind, id }),
    operate: async (order) => {
      const answer = await client.call('entry-operate', { ...order, ids: [...order.ids] });
      return answer.ok ? ok(answer.value.results) : answer;
    },
    replaceCredential: (instance, id, order, actor) =>
      client.call('entry-replace-credential', { instance, id, order, actor }),
    exclude: (instance, id, actor) => done(client.call('group-exclude', { instance, id, actor }) as never),
    putGroup: (instance, order, actor) => done(client.call('group-put', { instance, order, actor }) as never),
  };
}
