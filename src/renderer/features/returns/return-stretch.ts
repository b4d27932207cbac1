import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { ReturnRow } from '../../../shared/returns.ts';
import type { Stretch } from '../../ui/list-pages.ts';

type Page = { readonly rows: readonly ReturnRow[]; readonly next: number | null; readonly total: number };

const mostRows = 1_000;

/** Reads a stretch of the returns by pages that can only be continued, not entered in the middle. */
export async function loadStretch(
  { before, skip, limit }: Stretch,
  page: (before: number | null, limit: number) => Promise<Result<Page, Problem>>,
): Promise<Result<{ readonly rows: readonly ReturnRow[]; readonly total: number }, Problem>> {
  const wanted = skip + limit;
  const rows: ReturnRow[] = [];
  let total = 0;
  for (let from: number | null = before, more = true; more; ) {
    const answer: Result<Page, Problem> = await page(from, Math.min(mostRows, wanted - rows.length));
    if (!answer.ok) return answer;
    rows.push(...answer.value.rows);
    total = answer.value.total;
    from = answer.value.next;
    more = from !== null && rows.length < wanted;
  }
  return ok({ rows: rows.slice(skip), total });
}
