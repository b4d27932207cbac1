import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { canonicalJson } from '../../../shared/canonical-json.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { AuditBooks } from '../../ports/audit-books.ts';
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
  const head = await books.auditHead();
  if (!head.ok) return head;
  const named = head.value === null ? null : { seq: head.value.seq, hash: head.value.hash };
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
        if (mark === undefined) continue;
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
