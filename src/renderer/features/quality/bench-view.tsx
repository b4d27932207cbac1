import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import { EmptyState } from '../../ui/page-states.tsx';
import { useWords } from '../../words/words.ts';
import { LotBanner } from './lot-banner.tsx';
import { OrderForm } from './order-form.tsx';
import classes from './quality-page.module.css';
import type { Bench } from './use-bench.ts';
import { VerdictPanel } from './verdict-panel.tsx';
import { VerificationList } from './verification-list.tsx';

/** Where units are looked at: the lot, the unit, its verdict, and everything that was looked at before. */
export function BenchView({ bench }: { readonly bench: Bench }) {
  const t = useWords('quality');
  const { shown, others } = bench;
  return (
    <>
      <LotBanner bench={bench} />
      <OrderForm bench={bench} />
      {shown !== null && <VerdictPanel key={shown.id} verification={shown} />}
      {others.length > 0 && (
        <ul className={classes['others']} aria-label={t('others')} data-others={others.length}>
          {others.map(({ id, serial, slot }) => (
            <li key={id}>
              <a className={classes['back']} href={addressOf('quality', `v/${id}`)} data-other={serial}>
                <Signed kind="work">
                  {serial}
                  {slot === null ? '' : ` · ${t('slot', { slot })}`}
                </Signed>
              </a>
            </li>
          ))}
        </ul>
      )}
      <h2 className={classes['heading']}>{t('history')}</h2>
      <VerificationList lot={null} empty={<EmptyState title={t('empty.title')} text={t('empty.text')} />} />
    </>
  );
}
