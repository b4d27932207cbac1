import type { ReactNode } from 'react';
import type { OrderProgress, OrderState } from '../../../shared/contract-orders.ts';
import { addressOf } from '../../ui/addresses.ts';
import { GoldenSign, OrderBar, TaktSign } from '../../ui/order-signs.tsx';
import { Signed } from '../../ui/outcome.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './orders-page.module.css';

/** A figure under its name. */
export function Fact(props: { readonly name: string; readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={classes['fact']} data-fact={props.name}>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** How an order goes: what is made as a large bar, and the figures below it. */
export function OrderFacts({
  progress,
  serials,
}: {
  readonly progress: OrderProgress;
  readonly serials: OrderState['serials'];
}) {
  const t = useWords('orders');
  const { number, percent } = useTimes();
  const { passed, quantity, failed, units, firstPass } = progress;
  return (
    <>
      <p className={classes['made']}>
        <strong>{number(passed)}</strong>{' '}
        {t('made', { quantity: number(quantity), percent: percent(Math.min(1, passed / quantity)) })}
      </p>
      <OrderBar progress={progress} size={28} />
      <dl className={classes['facts']}>
        <Fact name="running" label={t('fact.running')}>
          {number(progress.running)}
        </Fact>
        <Fact name="failed" label={t('fact.failed')}>
          <Signed kind={failed > 0 ? 'fail' : 'idle'}>{number(failed)}</Signed>
        </Fact>
        <Fact name="aborted" label={t('fact.aborted')}>
          {number(progress.aborted)}
        </Fact>
        <Fact name="unsettled" label={t('fact.unsettled')}>
          <Signed kind={progress.unsettled > 0 ? 'check' : 'idle'}>{number(progress.unsettled)}</Signed>
        </Fact>
        <Fact name="first-pass" label={t('fact.firstPass')}>
          {units === 0 ? '–' : t('ofUnits', { percent: percent(firstPass / units), units: number(units) })}
        </Fact>
        <Fact name="delivered" label={t('fact.delivered')}>
          {t('ofPassed', { done: number(progress.delivered), passed: number(passed) })}
        </Fact>
        <Fact name="proved" label={t('fact.proved')}>
          {t('ofPassed', { done: number(progress.proved), passed: number(passed) })}
        </Fact>
        <Pace progress={progress} />
        {serials !== null && (
          <Fact name="serials" label={t('fact.serials')}>
            {t(serials.free === null ? 'serialsAny' : 'serialsOwn', {
              free: number(serials.free ?? 0),
              reserved: number(serials.reserved),
              used: number(serials.used),
            })}
          </Fact>
        )}
      </dl>
    </>
  );
}

/** How fast it goes, and when it ends at that pace. */
function Pace({ progress }: { readonly progress: OrderProgress }) {
  const t = useWords('orders');
  const { number, shortDateTime } = useTimes();
  const { passed, quantity, unitsPerHour, endsAt } = progress;
  const rate = unitsPerHour === null ? '–' : number(Math.round(unitsPerHour));
  return (
    <>
      <Fact name="rate" label={t('fact.rate')}>
        {rate}
      </Fact>
      <Fact name="takt" label={t('fact.takt')}>
        <TaktSign progress={progress} />
      </Fact>
      <Fact name="ends" label={t('fact.ends')}>
        {endsAt === null ? t(passed >= quantity ? 'allMade' : 'endUnknown') : shortDateTime(endsAt)}
      </Fact>
    </>
  );
}

/** What holds for the line, whatever order is worked on: golden units, samples to take away, units to call back. */
export function LineFacts({ orders }: { readonly orders: OrderState }) {
  const t = useWords('orders');
  const { number } = useTimes();
  const { samplingDue, recall } = orders;
  return (
    <dl className={classes['facts']}>
      <Fact name="golden" label={t('fact.golden')}>
        <GoldenSign golden={orders.golden} />
      </Fact>
      <Fact name="samples" label={t('fact.samples')}>
        {samplingDue.length === 0
          ? t('noSamples')
          : samplingDue.map(({ slot, serial }) => (
              <span key={slot} className={classes['sample']} data-sample={serial}>
                <Signed kind="check">{t('sampleAt', { slot, serial })}</Signed>
              </span>
            ))}
      </Fact>
      <Fact name="recall" label={t('fact.recall')}>
        <a className={classes['link']} href={addressOf('queue', 'recall')} data-recall={recall}>
          <Signed kind={recall > 0 ? 'fail' : 'idle'}>
            {t('recallCount', { count: recall, units: number(recall) })}
          </Signed>
        </a>
      </Fact>
    </dl>
  );
}
