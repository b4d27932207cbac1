import { type ExportTable, exportHead, exportLine } from '../../../shared/export-rows.ts';
import type { LotMember, LotView } from '../../../shared/lot.ts';

/** A unit of a lot with what was found wrong with it. */
type ReportRow = LotMember & { readonly causes: readonly string[] };

/** A lot's report as one text: a page that prints well and loads nothing, or a table. `at`: ISO 8601 UTC. */
export function lotReport(format: 'html' | 'csv', view: LotView, rows: readonly ReportRow[], at: string): string {
  return format === 'html' ? pageOf(view, rows, at) : tableOf(view, rows);
}

function tableOf({ lot, verdict }: LotView, rows: readonly ReportRow[]): string {
  const table: ExportTable<ReportRow> = {
    columns: ['mode', 'lot', 'lotVerdict', 'serial', 'verdict', 'causes', 'actor', 'finishedAt', 'verification'],
    rowOf: ({ causes, ...row }) => ({
      ...row,
      mode: lot.origin.mode,
      lot: lot.name,
      lotVerdict: verdict,
      causes: causes.join(' '),
    }),
  };
  return exportHead(table, 'csv') + rows.map((row) => exportLine(table, 'csv', row)).join('');
}

const style = `
  body { font: 11pt/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; color: #111; }
  h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; margin: 0 0 1.5rem; }
  dt { color: #555; } dd { margin: 0; font-weight: 600; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #bbb; }
  thead { display: table-header-group; } tr { break-inside: avoid; }
  .verdict { border: 2px solid #111; display: inline-block; padding: .3rem 1rem; font-size: 1.2rem; font-weight: 700; }
  .sign { margin-top: 3rem; display: flex; gap: 3rem; } .sign div { border-top: 1px solid #111; flex: 1; padding-top: .2rem; }
  @page { margin: 15mm; } @media print { body { margin: 0; max-width: none; } }`;

function pageOf({ lot, count, verdict }: LotView, rows: readonly ReportRow[], at: string): string {
  const { plan, origin } = lot;
  const source =
    plan.source === 'iso-2859-1' ? `ISO 2859-1, level II, normal inspection, AQL ${plan.aql}` : 'as agreed';
  const facts: readonly (readonly [string, string])[] = [
    ['Lot', lot.name],
    ['Units in the lot', String(lot.size)],
    ['Sample plan', `${plan.sampleSize} units, accept ${plan.accept}, reject ${plan.reject} (${source})`],
    ['Looked at', `${count.passed + count.failed} of ${plan.sampleSize}, ${count.left} left`],
    ['Good, bad, open', `${count.passed}, ${count.failed}, ${count.cannotTell}`],
    ['Station', `${origin.station}, version ${origin.softwareVersion}`],
    ['Opened', `${lot.openedAt} by ${origin.actor}`],
    ['Closed', lot.closedAt === null ? 'not yet' : `${lot.closedAt} by ${lot.closedBy}`],
    ['Printed', at],
  ];
  const training = origin.mode === 'training' ? '<p class="verdict">TRAINING</p>' : '';
  const list = facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n');
  const lines = rows.map((row) => {
    const cells = [
      row.serial,
      row.verdict ?? 'not looked at',
      row.causes.join(', '),
      row.actor ?? '',
      row.finishedAt ?? '',
    ];
    return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Lot ${escaped(lot.name)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${style}</style></head><body>
<h1>Lot ${escaped(lot.name)}</h1>
${training}<p class="verdict">${escaped(verdict.toUpperCase())}</p>
<dl>
${list}
</dl>
<table><thead><tr><th>Serial</th><th>Verdict</th><th>Found</th><th>By</th><th>At</th></tr></thead>
<tbody>
${lines.join('\n')}
</tbody></table>
<div class="sign"><div>QA</div><div>Line lead</div></div>
</body></html>
`;
}

function escaped(text: string): string {
  const marks: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
}
