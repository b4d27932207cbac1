import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useLayoutEffect, useState } from 'react';
import type { OrderSummary } from '../../../shared/contract-orders.ts';
import type { Problem } from '../../../shared/problem.ts';
import { useAction } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { CountersignFields, countersignFrom, noCountersign } from '../../ui/countersign-fields.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { answerByScan } from '../../ui/scan-answers.ts';
import { useWords } from '../../words/words.ts';

/**
 * Closes an order, with a second badge where it asks for two. Answered by mouse, keyboard or the barcodes CONFIRM and
 * CANCEL. What the station refuses stays here with what to do.
 */
export function CloseOrder({ order, onEnd }: { readonly order: OrderSummary; onEnd(): void }) {
  const t = useWords('orders');
  const common = useWords('common');
  const close = useAction('order-close');
  const [second, setSecond] = useState(noCountersign);
  const two = order.twoBadges === true;
  const countersign = two ? countersignFrom(second) : null;
  const ready = !two || countersign !== null;
  const confirm = (): void => {
    if (!ready) return;
    void close.run({ order: order.name, countersign }).then((answer) => {
      if (answer?.ok === true) onEnd();
    });
  };
  useLayoutEffect(() =>
    answerByScan((text) => {
      const word = text.trim().toUpperCase();
      if (word === 'CONFIRM') confirm();
      else if (word === 'CANCEL') onEnd();
      else return false;
      return true;
    }),
  );
  return (
    <Modal
      opened
      onClose={onEnd}
      title={t('closeTitle', { order: order.name })}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <Stack gap="md">
        <Text size="lg">{t(`closeText.${order.closesOn ?? 'recipe'}`)}</Text>
        {two && <CountersignFields value={second} onChange={setSecond} />}
        {close.problem !== null && <Refused problem={close.problem} onLeave={onEnd} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd} data-autofocus>
            {common('cancel')}
          </Button>
          <Button onClick={confirm} loading={close.busy} disabled={!ready} data-close-confirmed>
            {t('closeYes')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Units that hold an order open are seen to in the queue. */
function Refused({ problem, onLeave }: { readonly problem: Problem; onLeave(): void }) {
  const t = useWords('orders');
  const toQueue = (): void => {
    onLeave();
    window.location.hash = addressOf('queue');
  };
  const action = problem.code === 'order-open-items' ? { label: t('seeQueue'), run: toQueue } : undefined;
  return <ProblemCard problem={problem} action={action} />;
}
