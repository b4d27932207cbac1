import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { UnitCard } from '../../../shared/records.ts';
import {
  type FoundUnit,
  type ReturnDeed,
  type ReturnOptions,
  type ReturnReason,
  returnReasonSchema,
} from '../../../shared/returns.ts';
import { useAction, useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CountersignFields, countersignFrom, noCountersign } from '../../ui/countersign-fields.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { DeedCards } from './deed-cards.tsx';
import { isForGood, obstacleTo } from './deed-choices.ts';
import { ReturnOptionFields } from './return-option-fields.tsx';
import classes from './returns-page.module.css';

const noOptions: ReturnOptions = {
  deleteRegistration: false,
  removeHubIdentity: false,
  oldEntry: 'disable',
  to: null,
};

/** What happened to a unit, what shall be done with it, and the order to do it. */
export function ReturnForm({ unit, card }: { readonly unit: FoundUnit; readonly card: UnitCard | null }) {
  const t = useWords('returns');
  const instances = (useMirror('mirror') ?? []).map(({ instance }) => instance);
  const [reason, setReason] = useState<ReturnReason | null>(null);
  const [note, setNote] = useState('');
  const [deed, setDeed] = useState<ReturnDeed | null>(null);
  const [options, setOptions] = useState(noOptions);
  const facts = { unit, card, instances };
  const free = deed !== null && obstacleTo(deed, facts) === null;
  const ready = reason !== null && free && (deed !== 'move' || options.to !== null);
  return (
    <Stack gap="lg" data-return-form>
      <section aria-label={t('reason.title')}>
        <h2 className={classes['heading']}>{t('reason.title')}</h2>
        <div className={classes['reasons']}>
          {returnReasonSchema.options.map((one) => (
            <button
              key={one}
              type="button"
              className={classes['choice']}
              aria-pressed={one === reason}
              onClick={() => setReason(one)}
              data-reason={one}
            >
              {t(`reason.${one}`)}
            </button>
          ))}
        </div>
        <Textarea
          mt="sm"
          size="md"
          label={t('note')}
          value={note}
          maxLength={500}
          minRows={2}
          onChange={(event) => setNote(event.currentTarget.value)}
          data-note
        />
      </section>
      <DeedCards
        facts={facts}
        chosen={deed}
        onChoose={(next) => {
          setDeed(next);
          setOptions({ ...options, to: null });
        }}
      />
      {deed !== null && free && (
        <ReturnOptionFields deed={deed} unit={unit} instances={instances} value={options} onChange={setOptions} />
      )}
      <OpenReturn
        serial={unit.serial}
        order={ready ? { reason, note: note.trim(), deed, options } : null}
        missing={reason === null ? 'reason' : free ? 'target' : 'deed'}
      />
    </Stack>
  );
}

type Order = {
  readonly reason: ReturnReason;
  readonly note: string;
  readonly deed: ReturnDeed;
  readonly options: ReturnOptions;
};

/** Opens the return; a second badge is asked for when the station wants one. */
function OpenReturn(props: {
  readonly serial: string;
  readonly order: Order | null;
  readonly missing: 'reason' | 'deed' | 'target';
}) {
  const { serial, order, missing } = props;
  const t = useWords('returns');
  const open = useAction('return-open');
  const [second, setSecond] = useState(noCountersign);
  const [secondAsked, setSecondAsked] = useState(false);
  const [asking, setAsking] = useState(false);
  async function run(): Promise<void> {
    setAsking(false);
    if (order === null) return;
    const countersign = secondAsked ? countersignFrom(second) : null;
    const answer = await open.run({ serial, ...order, countersign });
    if (answer === null) return;
    setSecond({ ...second, pin: '' });
    if (answer.ok) window.location.hash = addressOf('returns', answer.value.id);
    else if (answer.problem.code === 'return-second-badge') setSecondAsked(true);
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (order === null) return;
    if (isForGood(order.deed, order.options)) setAsking(true);
    else void run();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {open.problem !== null && (
          <ProblemCard problem={open.problem} action={{ label: t('close'), run: open.clear }} />
        )}
        {secondAsked && <CountersignFields value={second} onChange={setSecond} />}
        <Group>
          <Button type="submit" size="xl" loading={open.busy} disabled={order === null} data-open>
            {t('open.button')}
          </Button>
          <Text role="status">{order === null ? t(`missing.${missing}`) : ''}</Text>
        </Group>
      </Stack>
      <ConfirmDialog
        opened={asking && order !== null}
        title={t('open.title', { serial, deed: order === null ? '' : t(`deed.${order.deed}.title`) })}
        text={order === null ? '' : t(`deed.${order.deed}.undo`)}
        confirm={t('open.button')}
        onConfirm={() => void run()}
        onCancel={() => setAsking(false)}
      />
    </form>
  );
}
