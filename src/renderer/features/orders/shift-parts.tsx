import type { ShiftReport } from '../../../shared/contract-orders.ts';
import { useCauseTitle } from '../../ui/cause-title.ts';
import { GoldenSign } from '../../ui/order-signs.tsx';
import { RecallRows } from '../../ui/recall-rows.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import { Fact, OrderFacts } from './order-facts.tsx';
import page from './orders-page.module.css';
import classes from './shift-report.module.css';

/** What each part of the report is made of. */
type Part = { readonly report: ShiftReport };

/** Which station, which line, from when to when; a rehearsal says so. */
export function HeadPart({ report }: Part) {
  const t = useWords('orders');
  const { shortDateTime } = useTimes();
  return (
    <header className={classes['part']} data-mode={report.mode}>
      {report.mode === 'training' && <p className={classes['training']}>{t('report.training')}</p>}
      <dl className={page['facts']}>
        <Fact name="station" label={t('report.station')}>
          {report.station}
        </Fact>
        {report.line !== null && (
          <Fact name="line" label={t('report.line')}>
            {report.line}
          </Fact>
        )}
        {report.number !== null && (
          <Fact name="number" label={t('report.number')}>
            {report.number}
          </Fact>
        )}
        <Fact name="since" label={t('report.since')}>
          {shortDateTime(report.since)}
        </Fact>
        <Fact name="until" label={t('report.until')}>
          {shortDateTime(report.until)}
        </Fact>
      </dl>
    </header>
  );
}

/** What the shift made, and how the order stands. */
export function FigurePart({ report }: Part) {
  const t = useWords('orders');
  const { number, percent } = useTimes();
  const { order, progress, units, firstPass } = report;
  return (
    <>
      <section className={classes['part']} data-passed={report.passed} data-failed={report.failed}>
        <h2 className={classes['heading']}>{t('report.figures')}</h2>
        <dl className={page['facts']}>
          <Fact name="passed" label={t('report.passed')}>
            {number(report.passed)}
          </Fact>
          <Fact name="failed" label={t('report.failed')}>
            {number(report.failed)}
          </Fact>
          <Fact name="units" label={t('report.units')}>
            {number(units)}
          </Fact>
          <Fact name="first-pass" label={t('fact.firstPass')}>
            {units === 0 ? '–' : t('ofUnits', { percent: percent(firstPass / units), units: number(units) })}
          </Fact>
          <Fact name="golden" label={t('fact.golden')}>
            <GoldenSign golden={report.golden} />
          </Fact>
        </dl>
      </section>
      {order !== null && progress !== null && (
        <section className={classes['part']} data-report-order={order.name}>
          <h2 className={classes['heading']}>{t('report.order', { order: order.name })}</h2>
          <OrderFacts progress={progress} serials={null} />
        </section>
      )}
    </>
  );
}

/** Why units failed, the most frequent cause on top. */
export function FailurePart({ report }: Part) {
  const t = useWords('orders');
  const titleOf = useCauseTitle();
  const { number } = useTimes();
  return (
    <section className={classes['part']}>
      <h2 className={classes['heading']}>{t('report.failures')}</h2>
      {report.topFailures.length === 0 ? (
        <p className={classes['plain']}>{t('report.noFailures')}</p>
      ) : (
        <table className={classes['table']}>
          <thead>
            <tr>
              <th scope="col">{t('report.cause')}</th>
              <th scope="col">{t('report.times')}</th>
            </tr>
          </thead>
          <tbody>
            {report.topFailures.map(({ code, count }) => (
              <tr key={code} data-cause={code} data-count={count}>
                <td>{titleOf(code)}</td>
                <td>{number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Units that go to QA. */
export function SamplePart({ report }: Part) {
  const t = useWords('orders');
  return (
    <section className={classes['part']} data-samples={report.samples.length}>
      <h2 className={classes['heading']}>{t('report.samples')}</h2>
      {report.samples.length === 0 ? (
        <p className={classes['plain']}>{t('report.noSamples')}</p>
      ) : (
        <ul className={classes['serials']}>
          {report.samples.map(({ serial, order }) => (
            <li key={`${order} ${serial}`} data-sample={serial}>
              <strong>{serial}</strong> · {order}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Units that left and must come back, as of now. */
export function RecallPart({ report }: Part) {
  const t = useWords('orders');
  const { number } = useTimes();
  const { total, rows } = report.recall;
  return (
    <section className={classes['part']} data-recall={total}>
      <h2 className={classes['heading']}>{t('fact.recall')}</h2>
      <p className={classes['plain']}>{t('recallCount', { count: total, units: number(total) })}</p>
      <RecallRows rows={rows} />
      {total > rows.length && (
        <p className={classes['plain']}>
          {t('report.moreRecall', { shown: number(rows.length), total: number(total) })}
        </p>
      )}
    </section>
  );
}
