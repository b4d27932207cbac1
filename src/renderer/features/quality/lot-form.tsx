import { Button, Group, Modal, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useLayoutEffect, useState } from 'react';
import type { LotView } from '../../../shared/lot.ts';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { answerByScan } from '../../ui/scan-answers.ts';
import { useWords } from '../../words/words.ts';
import { emptyLot, type LotDraft, lotOrderFrom } from './lot-draft.ts';
import { scanMeaning } from './scan-meaning.ts';

/** Acceptable quality limits of the tables, in percent of nonconforming units. */
const limits = ['0.065', '0.1', '0.15', '0.25', '0.4', '0.65', '1', '1.5', '2.5', '4', '6.5'];

/** Opens a lot: its name, by scan as well, how many units it has, and how many of them are looked at. */
export function LotForm(props: { readonly opened: boolean; onClose(): void; onOpened(view: LotView): void }) {
  const { opened, onClose, onOpened } = props;
  const t = useWords('quality');
  const common = useWords('common');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('openLot')}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <Fields onClose={onClose} onOpened={onOpened} />
    </Modal>
  );
}

function Fields({ onClose, onOpened }: { onClose(): void; onOpened(view: LotView): void }) {
  const t = useWords('quality');
  const common = useWords('common');
  const put = useAction('lot-put');
  const [draft, setDraft] = useState(emptyLot);
  const set = (part: Partial<LotDraft>): void => setDraft((before) => ({ ...before, ...part }));
  useLayoutEffect(() =>
    answerByScan((text) => {
      const meaning = scanMeaning(text);
      if (meaning?.scan !== 'unit') return false;
      set({ name: meaning.text.slice(0, 64) });
      return true;
    }),
  );
  const order = lotOrderFrom(draft);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = order === null ? null : await put.run(order);
    if (answer?.ok === true) onOpened(answer.value);
  };
  return (
    <form onSubmit={(event) => void send(event)} data-lot-form>
      <Stack gap="md">
        <TextInput
          label={t('lotForm.name')}
          description={t('lotForm.nameHelp')}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          data-lot-name
        />
        <NumberInput
          label={t('lotForm.size')}
          value={draft.size}
          onChange={(size) => set({ size })}
          min={1}
          max={10_000_000}
          allowDecimal={false}
          allowNegative={false}
          data-lot-size
        />
        <PlanFields draft={draft} set={set} />
        {put.problem !== null && <ProblemCard problem={put.problem} action={{ label: t('close'), run: put.clear }} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={put.busy} disabled={order === null} data-lot-opened>
            {t('openLot')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function PlanFields({ draft, set }: { readonly draft: LotDraft; set(part: Partial<LotDraft>): void }) {
  const t = useWords('quality');
  return (
    <>
      <SegmentedControl
        aria-label={t('lotForm.plan')}
        value={draft.plan}
        onChange={(value) => set({ plan: value === 'given' ? 'given' : 'aql' })}
        data={(['aql', 'given'] as const).map((value) => ({ value, label: t(`lotForm.plans.${value}`) }))}
        fullWidth
        data-plan={draft.plan}
      />
      {draft.plan === 'aql' ? (
        <Select
          label={t('lotForm.aql')}
          description={t('lotForm.aqlHelp')}
          data={limits}
          value={draft.aql}
          onChange={(aql) => set({ aql: aql ?? emptyLot.aql })}
          data-lot-aql
        />
      ) : (
        <>
          <NumberInput
            label={t('lotForm.sampleSize')}
            value={draft.sampleSize}
            onChange={(sampleSize) => set({ sampleSize })}
            min={1}
            max={1_000_000}
            allowDecimal={false}
            allowNegative={false}
            data-lot-sample
          />
          <NumberInput
            label={t('lotForm.accept')}
            value={draft.accept}
            onChange={(accept) => set({ accept })}
            min={0}
            max={1_000}
            allowDecimal={false}
            allowNegative={false}
            data-lot-accept
          />
          {typeof draft.accept === 'number' && <Text>{t('lotForm.rejects', { count: draft.accept + 1 })}</Text>}
        </>
      )}
    </>
  );
}
