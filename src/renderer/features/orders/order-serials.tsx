import type { OrderSerial } from '../../../shared/contract-orders.ts';
import { ok } from '../../../shared/result.ts';
import { useCall } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import { EmptyState } from '../../ui/page-states.tsx';
import type { VerdictKind } from '../../ui/theme.ts';
import { useListPages } from '../../ui/use-list-pages.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { useWords } from '../../words/words.ts';
import classes from './orders-page.module.css';

/** A serial with its place in the list, from 1: that is its key, because the list is paged by counting. */
type Placed = OrderSerial & { readonly place: number };

const keyOf = (row: Placed): number => row.place;

/** Every serial of an order, and what became of it. */
export function OrderSerials({ order }: { readonly order: string }) {
  const t = useWords('orders');
  const call = useCall();
  const list = useListPages<Placed>(order, {
    load: async ({ before, skip, limit }) => {
      const after = (before ?? 0) + skip;
      const page = await call('order-serials', { order, after, limit });
      if (!page.ok) return page;
      const rows = page.value.rows.map((row, index) => ({ ...row, place: after + index + 1 }));
      return ok({ rows, total: page.value.total });
    },
    keyOf,
  });
  return (
    <section className={`${classes['serials']} no-print`} aria-label={t('field.serials')}>
      <h2 className={classes['heading']}>{t('field.serials')}</h2>
      <VirtualList
        list={list}
        label={t('field.serials')}
        keyOf={keyOf}
        rowInRem={3.25}
        row={(row) => <SerialLine row={row} />}
        rowClass={classes['serialRow']}
        head={
          <>
            <span>{t('column.serial')}</span>
            <span>{t('column.state')}</span>
            <span>{t('column.failures')}</span>
            <span>{t('column.slot')}</span>
          </>
        }
        empty={<EmptyState title={t('noSerials.title')} text={t('noSerials.text')} />}
      />
    </section>
  );
}

function SerialLine({ row }: { readonly row: Placed }) {
  const t = useWords('orders');
  const state = stateOf(row);
  return (
    <>
      <span data-serial={row.serial} data-serial-state={state}>
        <a className={classes['name']} href={addressOf('unit', row.serial)}>
          {row.serial}
        </a>
      </span>
      <span className={classes['cell']}>
        <Signed kind={stateKinds[state]}>{t(`serial.${state}`)}</Signed>
        {row.sample && <span data-sample>{t('serial.sample')}</span>}
      </span>
      <span data-failures={row.failures}>
        {row.failures > 0 && <Signed kind="check">{t('serial.failures', { count: row.failures })}</Signed>}
      </span>
      <span>{row.slot !== null && t('serial.slot', { slot: row.slot })}</span>
    </>
  );
}

type SerialState = 'free' | 'reserved' | 'passed' | 'open';

const stateKinds: Readonly<Record<SerialState, VerdictKind>> = {
  free: 'idle',
  reserved: 'work',
  passed: 'pass',
  open: 'check', // its secret may have been written; it is not known to work
};

function stateOf({ state, outcome }: OrderSerial): SerialState {
  if (state !== 'used') return state;
  return outcome === 'passed' ? 'passed' : 'open';
}
