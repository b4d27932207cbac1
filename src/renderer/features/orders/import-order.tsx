import { Button, FileButton, Group, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, type Result } from '../../../shared/result.ts';
import type { WorkOrder } from '../../../shared/work-order.ts';
import { useAction } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { checkedOrder } from './order-draft.ts';
import classes from './orders-page.module.css';

/** Takes an order from a file, as planning systems write it. It is not chosen by that. */
export function ImportOrder() {
  const t = useWords('orders');
  const put = useAction('order-put');
  const [unreadable, setUnreadable] = useState<Problem | null>(null);
  const [taken, setTaken] = useState<string | null>(null);
  const forget = useRef<() => void>(null);
  const take = async (file: File | null): Promise<void> => {
    // The same file may be given again once it is mended.
    forget.current?.();
    if (file === null) return;
    setTaken(null);
    put.clear();
    const order = await orderIn(file);
    setUnreadable(order.ok ? null : order.problem);
    if (!order.ok) return;
    const answer = await put.run({ order: order.value, choose: false });
    if (answer?.ok === true) setTaken(order.value.name);
  };
  const trouble = unreadable ?? put.problem;
  return (
    <section className={classes['import']} aria-label={t('import')}>
      <Group gap="md">
        <FileButton
          resetRef={forget}
          accept="application/json,.json"
          onChange={(file) => void take(file)}
          inputProps={{ 'aria-label': t('import') }}
        >
          {(props) => (
            <Button {...props} variant="default" loading={put.busy} data-import-order>
              {t('import')}
            </Button>
          )}
        </FileButton>
        <Text role="status" data-imported={taken ?? undefined}>
          {taken === null ? (
            t('importAbout')
          ) : (
            <a className={classes['link']} href={addressOf('orders', taken)}>
              {t('imported', { order: taken })}
            </a>
          )}
        </Text>
      </Group>
      {trouble !== null && <ProblemCard problem={trouble} />}
    </section>
  );
}

/** A file that is gone or no JSON at all is told like one that is wrong. */
async function orderIn(file: File): Promise<Result<WorkOrder, Problem>> {
  const from = file.name;
  try {
    return checkedOrder(JSON.parse(await file.text()), from);
  } catch (error) {
    return fail(problem('order-invalid', { from, reason: error instanceof Error ? error.message : String(error) }));
  }
}
