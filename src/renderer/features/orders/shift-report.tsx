import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import type { ShiftReport } from '../../../shared/contract-orders.ts';
import { addressOf } from '../../ui/addresses.ts';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useNow, useTimes } from '../../ui/times.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import { useWords } from '../../words/words.ts';
import page from './orders-page.module.css';
import { FailurePart, FigurePart, HeadPart, RecallPart, SamplePart } from './shift-parts.tsx';
import classes from './shift-report.module.css';

/** What a shift leaves behind, to read and to print. A button goes to the shift before and back. */
export function ShiftReportView() {
  const t = useWords('orders');
  const [at, setAt] = useState<string | null>(null);
  const { value, problem, again } = useAnswer('shift-report', { at }, 5_000);
  return (
    <Stack gap="md" className={page['page']}>
      <Group justify="space-between" className="no-print">
        <a className={page['link']} href={addressOf('orders')}>
          {t('back')}
        </a>
        {value !== null && <Shifts report={value} onChoose={setAt} />}
      </Group>
      <h1 className={page['title']}>{t('shiftReport')}</h1>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {value === null ? problem === null && <LoadingState text={t('report.loading')} /> : <Report report={value} />}
    </Stack>
  );
}

/** `onChoose`: a moment in the shift to show; null: the shift of now. */
function Shifts({ report, onChoose }: { readonly report: ShiftReport; onChoose(at: string | null): void }) {
  const t = useWords('orders');
  const now = useNow(10_000);
  const isNow = Date.parse(report.until) > now;
  const before = new Date(Date.parse(report.since) - 1).toISOString();
  return (
    <Group gap="sm">
      <Button variant="default" onClick={() => onChoose(before)} data-shift="before">
        {t('report.before')}
      </Button>
      <Button variant="default" disabled={isNow} onClick={() => onChoose(report.until)} data-shift="after">
        {t('report.after')}
      </Button>
      <Button variant="default" disabled={isNow} onClick={() => onChoose(null)} data-shift="now">
        {t('report.now')}
      </Button>
      <Button onClick={() => window.print()} data-print>
        {t('report.print')}
      </Button>
    </Group>
  );
}

function Report({ report }: { readonly report: ShiftReport }) {
  const t = useWords('orders');
  const { dateTime } = useTimes();
  return (
    <article className={classes['report']} aria-label={t('shiftReport')} data-report={report.since}>
      <HeadPart report={report} />
      <FigurePart report={report} />
      <FailurePart report={report} />
      <SamplePart report={report} />
      <RecallPart report={report} />
      <section className={classes['part']}>
        <h2 className={classes['heading']}>{t('report.audit')}</h2>
        <p className={classes['plain']} data-audit-head={report.auditHead ?? ''}>
          {report.auditHead === null ? (
            t('report.noAudit')
          ) : (
            <>
              <strong className={classes['anchor']}>{shortCodeOf(report.auditHead)}</strong> {t('report.auditAbout')}
            </>
          )}
        </p>
        <p className={classes['plain']}>{t('report.madeAt', { at: dateTime(new Date().toISOString()) })}</p>
      </section>
    </article>
  );
}

/** Of `<seq>:<hash>` what a person copies: the number of the record and the first eight digits in groups of four. */
function shortCodeOf(head: string): string {
  const [seq = '', hash = ''] = head.split(':');
  return `${seq}:${hash.slice(0, 4)}-${hash.slice(4, 8)}`;
}
