import type { Ask } from '../../../shared/station-snapshot.ts';
import classes from './board-picture.module.css';

/** A drawing of the DevKit that shows what a hand does now. Schematic: buttons bear their names. */
export function BoardPicture({ ask, label }: { readonly ask: Ask; readonly label: string }) {
  const held = ask === 'enter-configuration' ? 'A' : ask === 'enter-ap' ? 'B' : null;
  return (
    <svg className={classes['picture']} viewBox="0 0 220 150" role="img" aria-label={label}>
      <rect x="10" y="22" width="200" height="120" rx="10" className={classes['board']} />
      <rect
        x="92"
        y="6"
        width="36"
        height="22"
        rx="3"
        className={ask === 'plug-back' ? classes['plug'] : classes['metal']}
      />
      <rect x="60" y="40" width="100" height="44" rx="4" className={classes['display']} data-on={ask === 'type-mac'} />
      {ask === 'type-mac' && (
        <text x="110" y="67" textAnchor="middle" className={classes['text']}>
          c8:93:46…
        </text>
      )}
      <Key x={44} name="A" held={held === 'A'} />
      <Key x={110} name="RESET" pressed={held !== null} />
      <Key x={176} name="B" held={held === 'B'} />
    </svg>
  );
}

function Key(props: {
  readonly x: number;
  readonly name: string;
  readonly held?: boolean;
  readonly pressed?: boolean;
}) {
  const { x, name, held = false, pressed = false } = props;
  const state = held ? 'held' : pressed ? 'pressed' : 'still';
  return (
    <g data-state={state} className={classes['key']}>
      <circle cx={x} cy="108" r="15" className={classes['cap']} />
      {held && <path d={`M${x} 84 l-7 -10 h14z`} className={classes['arrow']} />}
      {pressed && <circle cx={x} cy="108" r="20" className={classes['pulse']} />}
      <text x={x} y="136" textAnchor="middle" className={classes['text']}>
        {name}
      </text>
    </g>
  );
}
