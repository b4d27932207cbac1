import { Button, Group, Stack, Switch } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import { useAction, useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import classes from './new-order.module.css';
import { emptyDraft, type OrderDraft, orderFrom } from './order-draft.ts';
import { MadeFields, RuleFields, SerialFields } from './order-fields.tsx';
import page from './orders-page.module.css';

/** The form for a new order. The recipe is the one that the station works by, unless somebody types another. */
export function NewOrder() {
  const t = useWords('orders');
  const put = useAction('order-put');
  const prefilled = usePrefilled();
  const [typed, setTyped] = useState<Partial<OrderDraft>>({});
  const [choose, setChoose] = useState(true);
  const [incomplete, setIncomplete] = useState<Problem | null>(null);
  const draft = { ...prefilled, ...typed };
  const change = (part: Partial<OrderDraft>): void => setTyped((before) => ({ ...before, ...part }));
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const order = orderFrom(draft);
    setIncomplete(order.ok ? null : order.problem);
    put.clear();
    if (!order.ok) return;
    const answer = await put.run({ order: order.value, choose });
    if (answer?.ok === true) window.location.hash = addressOf('orders', order.value.name);
  };
  const trouble = incomplete ?? put.problem;
  return (
    <Stack gap="md" className={page['page']}>
      <a className={page['link']} href={addressOf('orders')}>
        {t('back')}
      </a>
      <h1 className={page['title']}>{t('new')}</h1>
      <form onSubmit={(event) => void send(event)} noValidate data-order-form>
        <Stack gap="md">
          <MadeFields draft={draft} change={change} />
          <SerialFields draft={draft} change={change} />
          <RuleFields draft={draft} change={change} />
          <Switch
            className={classes['switch']}
            label={t('chooseNow')}
            checked={choose}
            onChange={(event) => setChoose(event.currentTarget.checked)}
            data-field="choose"
          />
          {trouble !== null && <ProblemCard problem={trouble} />}
          <Group>
            <Button type="submit" loading={put.busy} data-put-order>
              {t('add')}
            </Button>
            <Button component="a" href={addressOf('orders')} variant="default">
              {t('leave')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}

/** What the page can know of an order before anybody types: what the station has loaded. */
function usePrefilled(): OrderDraft {
  const loaded = useMirror('orders')?.loaded ?? null;
  if (loaded === null) return emptyDraft;
  return { ...emptyDraft, recipe: loaded.recipe, recipeHash: loaded.hash, instance: loaded.instance };
}
