import { code128, drawingSVG } from 'bwip-js/generic';
import classes from './barcode.module.css';

/** A barcode to print: its bars, what a scanner reads in them, and what that does. `wide`: for long texts. */
export function Barcode(props: { readonly text: string; readonly label: string; readonly wide?: boolean }) {
  const { text, label, wide = false } = props;
  // Drawn here from the text itself; there is nothing foreign in it.
  const svg = code128<string>({ bcid: 'code128', text, scale: 2, height: 18 }, drawingSVG());
  const picture = `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
  return (
    <figure className={classes['code']} data-code={text} data-wide={wide ? '' : undefined}>
      <img src={picture} alt={text} className={classes['bars']} />
      <figcaption>
        <strong>{text}</strong>
        <span>{label}</span>
      </figcaption>
    </figure>
  );
}
