import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, type RefObject, useState } from 'react';
import type { StationSnapshot } from '../../../shared/station-snapshot.ts';
import { useScan } from '../../scan/use-scan.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useWords } from '../../words/words.ts';
import { type Said, useSaid } from './said.ts';
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
  const scan = useScan();
  const said = useSaid(station);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '' || scan.busy) return;
    void scan.run(text).then((taken) => {
      if (taken) setText('');
      // What was refused can be mended, or overwritten by the next letter.
      else field.current?.select();
    });
  };
  return (
    <div className={classes['frame']}>
      <section className={classes['strip']} data-kind={said.kind} aria-label={t('scan.label')}>
        <SaidOnTop said={said} station={station} onRework={onRework} />
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

function SaidOnTop(props: {
  readonly said: Said;
  readonly station: StationSnapshot;
  readonly onRework: (serial: string) => void;
}) {
  const { said, station, onRework } = props;
  const { kind, refusal, headline, more } = said;
  const t = useWords('board');
  const scan = useScan();
  const serial = refusal?.facts['serial'];
  return (
    <div className={classes['said']} role="status" data-said data-problem={refusal?.code}>
      <span className={classes['sign']}>
        <VerdictShape kind={kind} size="3rem" />
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
      {station.qaOn && (
        <Button variant="white" color="dark" loading={scan.busy} onClick={() => void scan.run('QA OFF')}>
          {t('scan.qaOff')}
        </Button>
      )}
      {station.waitingScan !== null && (
        <Button variant="white" color="dark" loading={scan.busy} onClick={() => void scan.run('CANCEL')}>
          {t('scan.cancel')}
        </Button>
      )}
    </div>
  );
}
