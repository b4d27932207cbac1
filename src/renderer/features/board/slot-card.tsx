import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import type { SlotSnapshot } from '../../../shared/station-snapshot.ts';
import { useAction } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { slotFace } from '../../ui/slot-face.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useProblemWords, useWords } from '../../words/words.ts';
import { BoardPicture } from './board-picture.tsx';
import { SampleMark } from './sample-mark.tsx';
import classes from './slot-card.module.css';

/** One place on the bench, readable from two metres: number, serial, what happens now, what to do, verdict. */
export function SlotCard(props: {
  readonly slot: SlotSnapshot;
  readonly steps: readonly string[];
  readonly chosen: boolean;
  /** The passed unit goes to QA. */
  readonly sample: boolean;
}) {
  const { slot, steps, chosen, sample } = props;
  const t = useWords('board');
  const scan = useAction('scan');
  const face = slotFace(slot, steps);
  const headline = t(face.headline);
  return (
    <section
      className={classes['card']}
      data-kind={face.kind}
      data-state={face.state}
      data-chosen={chosen}
      data-board-here={slot.path !== null}
      data-slot={slot.slot}
      aria-label={t('slot', { slot: slot.slot })}
    >
      <header className={classes['head']}>
        <span className={classes['number']}>{slot.slot}</span>
        {slot.serial !== null && face.state !== 'empty' && (
          <a className={classes['serial']} href={addressOf('unit', slot.serial)}>
            {slot.serial}
          </a>
        )}
      </header>
      <div className={classes['body']}>
        {slot.ask !== null && (
          <div className={classes['drawing']}>
            <BoardPicture ask={slot.ask} label={t('ask.picture', { what: headline })} />
          </div>
        )}
        <div className={classes['face']} data-beside={face.problem !== null || sample}>
          {slot.ask === null && (
            <span className={classes['shape']} data-turning={face.state === 'working'}>
              <VerdictShape kind={face.kind} size="100%" />
            </span>
          )}
          <p
            className={classes['headline']}
            data-long={headline.length > 9}
            aria-live={face.state === 'verdict' || face.state === 'asking' ? 'polite' : 'off'}
          >
            {headline}
          </p>
        </div>
        {sample && <SampleMark />}
        {slot.ask === 'type-mac' && <MacField slot={slot.slot} />}
        {face.problem !== null && <SlotProblem problem={face.problem} withRemedy={face.more === null} />}
        {face.more !== null && <p className={classes['more']}>{t(face.more)}</p>}
      </div>
      {face.step !== null && (
        <footer className={classes['foot']}>
          <div className={classes['steps']}>
            <progress className={classes['progress']} max={steps.length} value={face.step} aria-label={headline} />
            <span className={classes['count']}>{t('stepCount', { step: face.step, steps: steps.length })}</span>
          </div>
          {face.mayAbort && (
            <Button
              variant="white"
              color="dark"
              className={classes['abort']}
              onClick={() => void scan.run({ text: `ABORT ${slot.slot}` })}
            >
              {t('abort')}
            </Button>
          )}
        </footer>
      )}
    </section>
  );
}

/** Where the slot itself says what becomes of the unit, the problem's own remedy would contradict it. */
function SlotProblem({ problem, withRemedy }: { readonly problem: Problem; readonly withRemedy: boolean }) {
  const { title, remedy } = useProblemWords()(problem);
  return (
    <p className={classes['problem']} data-problem={problem.code}>
      <strong>{title}</strong> {withRemedy && remedy}
    </p>
  );
}

function MacField({ slot }: { readonly slot: number }) {
  const t = useWords('board');
  const [text, setText] = useState('');
  const action = useAction('type-mac');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ slot, text });
      }}
    >
      <Group gap="xs" wrap="nowrap">
        <TextInput
          aria-label={t('mac.label')}
          placeholder="c89346aabbcc"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" loading={action.busy} variant="white" color="dark">
          {t('mac.send')}
        </Button>
      </Group>
    </form>
  );
}
