import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useLayoutEffect, useState } from 'react';
import { isCommand } from '../../scan/command-scans.ts';
import { useAction, useMirror } from '../../station/use-station.ts';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { answerByScan } from '../../ui/scan-answers.ts';
import { useWords } from '../../words/words.ts';
import { FoundUnitCard } from './found-unit-card.tsx';
import { ReturnForm } from './return-form.tsx';
import classes from './returns-page.module.css';
import { type Finding, useFinding, useUnitCard } from './use-returns.ts';

/** Finds the unit that lies on the desk and asks what happened to it and what shall be done. */
export function UnitDesk() {
  const t = useWords('returns');
  const finding = useFinding();
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const { rows } = finding;
  // Whoever gives a whole serial means that unit, whatever else looks like it.
  const wanted = chosen ?? finding.text;
  const unit = rows?.find(({ serial }) => serial === wanted) ?? (rows?.length === 1 ? rows[0] : undefined);
  const card = useUnitCard(unit?.serial ?? '');
  const look = (text: string): void => {
    setTyped(text);
    setChosen(null);
    finding.find(text);
  };
  useLayoutEffect(() =>
    answerByScan((text) => {
      if (isCommand(text)) return false;
      look(text.trim());
      return true;
    }),
  );
  const another = (): void => {
    setChosen(null);
    setTyped('');
    finding.clear();
  };
  return (
    <section className={classes['desk']} aria-label={t('find.title')} data-desk>
      <FindField typed={typed} busy={finding.busy} onTyped={setTyped} onFind={look} />
      {unit === undefined && (
        <ByBoard
          onFound={(serial) => {
            look(serial);
            setChosen(serial);
          }}
        />
      )}
      {unit === undefined ? (
        <Found finding={finding} onChoose={setChosen} />
      ) : (
        <Stack gap="md">
          <FoundUnitCard unit={unit} card={card.value} action={{ label: t('find.another'), run: another }} chosen />
          {card.problem !== null && (
            <ProblemCard problem={card.problem} action={{ label: t('again'), run: card.again }} />
          )}
          {unit.returnId === null && <ReturnForm key={unit.serial} unit={unit} card={card.value} />}
        </Stack>
      )}
    </section>
  );
}

function FindField(props: {
  readonly typed: string;
  readonly busy: boolean;
  onTyped(text: string): void;
  onFind(text: string): void;
}) {
  const { typed, busy, onTyped, onFind } = props;
  const t = useWords('returns');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onFind(typed);
  };
  return (
    <form onSubmit={submit} className={classes['find']}>
      <TextInput
        className={classes['field']}
        size="xl"
        label={t('find.label')}
        description={t('find.help')}
        value={typed}
        maxLength={128}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onTyped(event.currentTarget.value)}
        data-find
      />
      <Button type="submit" size="xl" loading={busy} disabled={typed.trim() === ''} data-find-now>
        {t('find.button')}
      </Button>
    </form>
  );
}

/** Units whose label is gone are known by the adapter of their board. */
function ByBoard({ onFound }: { readonly onFound: (serial: string) => void }) {
  const t = useWords('returns');
  const slots = (useMirror('station')?.slots ?? []).filter(({ hardwareId }) => hardwareId !== null);
  const ask = useAction('unit-at-slot');
  const [stranger, setStranger] = useState<string | null>(null);
  async function look(slot: number): Promise<void> {
    setStranger(null);
    const answer = await ask.run({ slot });
    if (!answer?.ok) return;
    if (answer.value.unit === null) setStranger(answer.value.hardwareId ?? t('find.noAdapter'));
    else onFound(answer.value.unit.serial);
  }
  return (
    <div>
      <Group gap="sm" role="group" aria-label={t('find.byBoard')}>
        <Text fw={700}>{t('find.byBoard')}</Text>
        {slots.length === 0 && <Text>{t('find.noBoard')}</Text>}
        {slots.map(({ slot }) => (
          <Button key={slot} variant="default" loading={ask.busy} onClick={() => void look(slot)} data-at-slot={slot}>
            {t('find.slot', { slot })}
          </Button>
        ))}
      </Group>
      <div role="status">
        {stranger !== null && (
          <Text size="lg" mt="sm" data-stranger={stranger}>
            {t('find.stranger', { board: stranger })}
          </Text>
        )}
      </div>
      {ask.problem !== null && <ProblemCard problem={ask.problem} />}
    </div>
  );
}

function Found({ finding, onChoose }: { readonly finding: Finding; readonly onChoose: (serial: string) => void }) {
  const t = useWords('returns');
  const { rows, problem, text, busy, find } = finding;
  if (problem !== null) {
    return <ProblemCard problem={problem} action={{ label: t('again'), run: () => find(text ?? '') }} />;
  }
  if (busy) return <LoadingState text={t('find.looking')} />;
  if (rows === null) return null;
  if (rows.length === 0) {
    return (
      <div role="status" data-found="0">
        <EmptyState title={t('find.nothing', { text })} text={t('find.nothingText')} />
      </div>
    );
  }
  return (
    <div data-found={rows.length}>
      <Text role="status" fw={700} mb="xs">
        {t('find.found', { count: rows.length })}
      </Text>
      <ul className={classes['list']}>
        {rows.map((unit) => (
          <li key={unit.serial}>
            <FoundUnitCard
              unit={unit}
              card={null}
              action={{ label: t('find.take'), run: () => onChoose(unit.serial) }}
              chosen={false}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
