import type { ShiftReport } from '../../shared/contract-orders.ts';
import { describeProblem } from '../../shared/describe-problem.ts';
import type { Problem } from '../../shared/problem.ts';

/** A shift report as lines of text. Units to be called back come first, because nothing else is as urgent. */
export function reportLines(report: ShiftReport): string[] {
  const { line, number, order, progress } = report;
  const place = [
    report.station,
    ...(line === null ? [] : [`line ${line}`]),
    ...(number === null ? [] : [`no. ${number}`]),
  ];
  return [
    `${report.mode === 'training' ? 'TRAINING  ' : ''}${place.join(', ')}  ${report.since} to ${report.until}`,
    ...recallLines(report.recall),
    `passed ${report.passed}, failed ${report.failed}; first pass ${report.firstPass} of ${report.units} units`,
    ...report.topFailures.map(({ code, count }) => `  ${String(count).padStart(4)}  ${code}`),
    ...(order === null || progress === null
      ? ['no order is worked on']
      : [
          `order ${order.name}: ${progress.passed} of ${order.quantity}, delivered ${progress.delivered}, proved ${progress.proved}`,
        ]),
    ...(report.golden.state === 'none' ? [] : [`golden units: ${report.golden.state}`]),
    ...(report.samples.length === 0 ? [] : ['samples for QA:']),
    ...report.samples.map((sample) => `  ${sample.serial}  ${sample.order}`),
    `audit head: ${report.auditHead ?? 'no record yet'}`,
  ];
}

function recallLines({ total, rows }: ShiftReport['recall']): string[] {
  if (total === 0) return ['nothing to call back'];
  const more = total > rows.length ? [`  and ${total - rows.length} more`] : [];
  const row = (one: ShiftReport['recall']['rows'][number]): string => {
    const why = one.problem === null ? '' : `  ${describeProblem(one.problem as Problem).title}`;
    return `  ${one.serial}  ${one.order ?? 'without an order'}${why}`;
  };
  return [`CALL BACK ${total} ${total === 1 ? 'unit' : 'units'}:`, ...rows.map(row), ...more];
}
