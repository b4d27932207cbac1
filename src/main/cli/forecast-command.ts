import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { problem } from '../../shared/problem.ts';
import type { ForecastRow, RecipeMeasure, ReturnList } from '../../shared/returns.ts';
import { withReturns } from './cli-returns.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from './context.ts';
import { CommandFailure, unwrap } from './output.ts';
import type { CliTools } from './tools.ts';

type ForecastOptions = CommonOptions & { bin: string; map: string; recipe?: string; order?: string };

const pageSize = 1_000;
const sections: Readonly<Record<ForecastRow['why'][number], string>> = {
  'riot-core': 'riot_core differs: both keys change',
  'riot-fw': 'riot_fw differs: the FWID in the certificate and the key change',
};

/** `forecast`: which certificates of DevKits stop matching under another firmware image. */
export function addForecastCommand(program: Command, tools: CliTools): void {
  withCommonOptions(program.command('forecast'))
    .description('which enrolled DICE certificates stop matching under a new firmware image, and why')
    .requiredOption('--bin <file>', 'the new image')
    .requiredOption('--map <file>', 'linker map of the same build')
    .option('--recipe <recipe>', 'only units of this recipe (name of a shipped one, or the .json file that made them)')
    .option('--order <file>', 'write the list of these units for "return open --from"')
    .action((options: ForecastOptions) => forecast(options, tools));
}

async function forecast(options: ForecastOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const [bin, map] = [bytesOf(options.bin), bytesOf(options.map)];
  const recipe = options.recipe === undefined ? null : unwrap(tools.loadRecipe(options.recipe));
  const measure = recipe === null ? null : tools.measureOf(recipe);
  const known: RecipeMeasure[] = recipe === null || measure === null ? [] : [{ recipeHash: recipe.hash, ...measure }];
  const counts = { stops: 0, 'goes-on': 0, 'cannot-tell': 0 };
  const serials: string[] = [];
  await withReturns(context, tools, async (returns) => {
    for (let after: number | null = 0; after !== null; ) {
      const query = { bin, map, recipe: recipe?.recipe.name ?? null, known, after, limit: pageSize };
      const page: { readonly rows: readonly ForecastRow[]; readonly next: number | null } = unwrap(
        await returns.forecast(query),
      );
      for (const row of page.rows) {
        counts[row.verdict] += 1;
        context.output.give(row);
        if (row.verdict === 'goes-on') continue;
        if (row.verdict === 'stops') serials.push(row.serial);
        context.output.say(`${row.serial}  ${row.registrationId}  ${row.recipe}  ${reasonOf(row)}`);
      }
      after = page.next;
    }
  });
  context.output.say(
    `${counts.stops} stop matching, ${counts['goes-on']} go on, of ${counts['cannot-tell']} it cannot be told.`,
  );
  if (options.order === undefined) return;
  writeOrder(options.order, serials);
  context.output.say(`${options.order}: ${serials.length} units for "return open --from".`);
}

function reasonOf({ verdict, why }: ForecastRow): string {
  if (verdict === 'cannot-tell')
    return 'cannot be told: riot_fw is the same, and the image of its recipe is not known here (--recipe names it)';
  return why.map((section) => sections[section]).join('; ');
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw notDone('file-unreadable', file, error);
  }
}

function writeOrder(file: string, serials: readonly string[]): void {
  const list: ReturnList = {
    schema: 'dps-station/return-order/1',
    reason: 'firmware-update',
    deed: 'new-identity',
    note: '',
    serials: [...serials],
  };
  try {
    writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`);
  } catch (error) {
    throw notDone('file-unwritable', file, error);
  }
}

function notDone(code: 'file-unreadable' | 'file-unwritable', file: string, error: unknown): CommandFailure {
  return new CommandFailure(problem(code, { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }));
}
