import type { SlotSnapshot, StationSnapshot } from '../../../shared/station-snapshot.ts';
import { addressOf } from '../../ui/addresses.ts';
import { slotFace } from '../../ui/slot-face.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useWords } from '../../words/words.ts';
import classes from './overview-page.module.css';
import { Tile } from './tile.tsx';

/** All places of the bench, small: what each is at. */
export function SlotTile({ station }: { readonly station: StationSnapshot }) {
  const t = useWords('overview');
  return (
    <Tile name="slots" title={t('slots')} href={addressOf('board')} wide>
      <ul className={classes['places']}>
        {station.slots.map((slot) => (
          <Place key={slot.slot} slot={slot} steps={station.steps} />
        ))}
      </ul>
    </Tile>
  );
}

function Place({ slot, steps }: { readonly slot: SlotSnapshot; readonly steps: readonly string[] }) {
  const t = useWords('board');
  const face = slotFace(slot, steps);
  return (
    <li className={classes['place']} data-place={slot.slot} data-kind={face.kind} data-state={face.state}>
      <span className={classes['placeHead']}>
        <strong>{slot.slot}</strong>
        <VerdictShape kind={face.kind} size="1.4rem" />
        {face.step !== null && <span>{t('stepCount', { step: face.step, steps: steps.length })}</span>}
      </span>
      {slot.serial !== null && face.state !== 'empty' && <span className={classes['serial']}>{slot.serial}</span>}
      <span className={classes['doing']}>{t(face.state === 'board' ? 'idle.short' : face.headline)}</span>
    </li>
  );
}
