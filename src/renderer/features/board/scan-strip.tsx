import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, type RefObject, useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import type { StationSnapshot } from '../../../shared/station-snapshot.ts';
import { useAction } from '../../station/use-station.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useProblemWords, useWords } from '../../words/words.ts';
import classes from './scan-strip.module.css';

/** What to do next, in the largest letters of the window, and the field for labels that are typed. */
export function ScanStrip(props: {
  readonly station: StationSnapshot;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly onRework: (serial: string) => void;
}) {
  const { station, field, onRework } = props;
  const t = useWords('board');
  const [text, setText] = useState('');
  const scan = useAction('scan');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    void scan.run({ text }).then((answer) => answer !== null && setText(''));
  };
  return (
    <div className={classes['frame']}>
      <section className={classes['strip']} data-kind={kindOf(station)} aria-label={t('scan.label')}>
        <Said station={station} onRework={onRework} />
        <form onSubmit={send} className={classes['form']}>
          <Group gap="xs" wrap="nowrap">
            <TextInput
              ref={field}
              aria-label={t('scan.label')}
              placeholder={t('scan.placeholder')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
            <Button type="submit" variant="white" color="dark" loading={scan.busy}>
              {t('scan.send')}
            </Button>
          </Group>
        </form>
      </section>
    </div>
  );
}

function kindOf(station: StationSnapshot): string {
  if (station.scanProblem !== null) return 'fail';
  return station.waitingScan === null ? 'idle' : 'check';
}

function Said({
  station,
  onRework,
}: {
  readonly station: StationSnapshot;
  readonly onRework: (serial: string) => void;
}) {
  const t = useWords('board');
  const words = useProblemWords();
  const scan = useAction('scan');
  const { waitingScan } = station;
  const refusal = station.scanProblem as Problem | null;
  const shown = refusal === null ? null : words(refusal);
  const serial = refusal?.facts['serial'];
  const headline =
    shown?.title ??
    (waitingScan === null
      ? t('scan.idle')
      : waitingScan.slot === null
        ? t('scan.waiting', { serial: waitingScan.serial })
        : t('scan.waitingSlot', { serial: waitingScan.serial, slot: waitingScan.slot }));
  const more = shown?.remedy ?? t(waitingScan === null ? 'scan.idleMore' : 'scan.waitingMore');
  return (
    <div className={classes['said']} role="status" data-said data-problem={refusal?.code}>
      <span className={classes['sign']}>
        <VerdictShape kind={refusal !== null ? 'fail' : waitingScan === null ? 'idle' : 'check'} size="3rem" />
      </span>
      <div className={classes['words']}>
        <p className={classes['headline']}>{headline}</p>
        <p className={classes['more']}>{more}</p>
      </div>
      {refusal?.code === 'serial-unsettled' && typeof serial === 'string' && (
        <Button variant="white" color="dark" onClick={() => onRework(serial)}>
          {t('scan.rework')}
        </Button>
      )}
      {waitingScan !== null && (
        <Button variant="white" color="dark" loading={scan.busy} onClick={() => void scan.run({ text: 'CANCEL' })}>
          {t('scan.cancel')}
        </Button>
      )}
    </div>
  );
}
