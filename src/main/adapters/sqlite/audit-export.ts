import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { canonicalJson } from '../../../shared/canonical-json.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { AuditBooks } from '../../ports/audit-books.ts';
import type { StoreProblem } from '../../ports/book-lists.ts';
import type { AuditExport, AuditExportProblem } from '../../ports/trust-desk.ts';

/** What the first line of an export says it is. */
const exportFormat = 'dps-station-audit/1';
const pageSize = 1_000;

/**
 * Writes the audit chain as lines of canonical JSON: a header with the public keys and the head, then every record, and
 * each checkpoint behind the record that it signs.
 */
export async function exportAudit(
  books: AuditBooks,
  publicKeys: readonly string[],
  out: string,
): Promise<Result<AuditExport, AuditExportProblem>> {
  const end = await endOf(books);
  if (!end.ok) return end;
  const { named, lastMark } = end.value;
  let records = 0;
  let checkpoints = 0;
  let handle: number | null = null;
  try {
    handle = openSync(out, 'w', 0o600);
    const write = (line: object): void => void writeSync(handle as number, `${canonicalJson(line)}\n`);
    write({ record: 'header', format: exportFormat, publicKeys, head: named });
    // What is recorded meanwhile belongs to the next export.
    for (let after: number | null = 0; after !== null && named !== null && after < named.seq; ) {
      const page = await books.auditPage(after, Math.min(pageSize, named.seq - after));
      if (!page.ok) return page;
      const marks = new Map(page.value.checkpoints.map((one) => [one.seq, one]));
      for (const { seq, lineText, previousHash, hash } of page.value.records) {
        write({ record: 'line', seq, line: lineText === null ? null : JSON.parse(lineText), previousHash, hash });
        records += 1;
        const mark = marks.get(seq);
        // One that is signed meanwhile is told by a record that is not in this export.
        if (mark === undefined || seq > lastMark) continue;
        write({ record: 'checkpoint', ...mark });
        checkpoints += 1;
      }
      after = page.value.next;
    }
    fsyncSync(handle);
    return ok({ records, checkpoints, head: named });
  } catch (error) {
    return fail(
      problem('file-unwritable', { file: out, reason: (error as NodeJS.ErrnoException).code ?? String(error) }),
    );
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** Where an export ends: a head, and the newest checkpoint that was there with it, whose record is not behind the head. */
async function endOf(
  books: AuditBooks,
): Promise<Result<{ readonly named: AuditExport['head']; readonly lastMark: number }, StoreProblem>> {
  for (let before = await books.newestCheckpoint(); ; ) {
    if (!before.ok) return before;
    const head = await books.auditHead();
    if (!head.ok) return head;
    const after = await books.newestCheckpoint();
    if (!after.ok) return after;
    const lastMark = after.value?.seq ?? 0;
    const named = head.value === null ? null : { seq: head.value.seq, hash: head.value.hash };
    if (lastMark === (before.value?.seq ?? 0)) return ok({ named, lastMark });
    before = after;
  }
}
