import { useWords } from '../../words/words.ts';

/** Work orders: the one that is worked on, the others, and what a shift leaves behind. */
export function OrdersPage({ opened }: { readonly opened: string }) {
  const t = useWords('orders');
  return <h1 data-opened={opened}>{t('title')}</h1>;
}
