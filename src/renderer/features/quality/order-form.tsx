import { Button, SegmentedControl, Select, Switch, Text, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { askedSchema } from '../../../shared/verification.ts';
import { useScan } from '../../scan/use-scan.ts';
import { useMirror } from '../../station/use-station.ts';
import { useWords } from '../../words/words.ts';
import classes from './quality-page.module.css';
import type { Bench } from './use-bench.ts';

/** Which unit is looked at, by which board, and by which registration. A scan needs only the choices. */
export function OrderForm({ bench }: { readonly bench: Bench }) {
  const t = useWords('quality');
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { choice, choose, verify } = bench;
  const { slot, ask, hands } = choice;
  const nothing = text.trim() === '' && slot === null;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (nothing || verify.busy) return;
    bench.begin(text.trim());
    // What was refused can be mended, or overwritten by the next letter.
    field.current?.select();
  };
  return (
    <section className={classes['part']} aria-label={t('order.label')} data-chosen-slot={slot ?? 'none'}>
      <p className={classes['next']}>{t('order.scan')}</p>
      <form onSubmit={send} className={classes['fields']}>
        <TextInput
          ref={field}
          label={t('order.serial')}
          description={slot === null ? undefined : t('order.serialEmpty', { slot })}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={512}
          data-verify-text
        />
        <Button type="submit" loading={verify.busy} disabled={nothing} data-verify>
          {t('order.verify')}
        </Button>
      </form>
      <div className={classes['fields']}>
        <SlotChoice slot={slot} onChange={(next) => choose({ slot: next })} />
        <SegmentedControl
          aria-label={t('order.ask')}
          value={ask}
          onChange={(value) => choose({ ask: askedSchema.parse(value) })}
          data={askedSchema.options.map((value) => ({ value, label: t(`asked.${value}`) }))}
          data-ask-choice={ask}
        />
        {slot !== null && (
          <Switch
            checked={hands}
            onChange={(event) => choose({ hands: event.currentTarget.checked })}
            label={t('order.hands')}
            data-hands={hands}
          />
        )}
      </div>
      <ScannerChoice />
      {ask === 'new-registration' && <Text>{t(slot === null ? 'order.needsBoard' : 'order.asksFirst')}</Text>}
    </section>
  );
}

/** Labels of a serial scanner; where whoever is at work may begin no unit they are looked at in any case. */
function ScannerChoice() {
  const t = useWords('quality');
  const scan = useScan();
  const on = useMirror('station')?.qaOn ?? false;
  const people = useMirror('people');
  const may = people?.atWork?.may ?? [];
  if (people !== null && !people.open && !may.includes('provision') && !may.includes('return')) return null;
  return (
    <Switch
      checked={on}
      disabled={scan.busy}
      onChange={() => void scan.run(on ? 'QA OFF' : 'QA ON')}
      label={t('order.scanner')}
      description={t('order.scannerAbout')}
    />
  );
}

const noSlot = 'none';

/** The places with a board, and none. A place that was chosen stays, whether its board is there or not. */
function SlotChoice(props: { readonly slot: number | null; onChange(slot: number | null): void }) {
  const { slot, onChange } = props;
  const t = useWords('quality');
  const slots = useMirror('station')?.slots ?? [];
  const offered = slots.filter((one) => one.path !== null || one.slot === slot);
  return (
    <Select
      label={t('order.board')}
      data={[
        { value: noSlot, label: t('slotNone') },
        ...offered.map((one) => ({
          value: String(one.slot),
          label: t(one.path === null ? 'slotEmpty' : 'slot', { slot: one.slot }),
        })),
      ]}
      value={slot === null ? noSlot : String(slot)}
      onChange={(value) => onChange(value === null || value === noSlot ? null : Number(value))}
      allowDeselect={false}
      data-slot-choice
    />
  );
}
