import { code128, drawingSVG } from 'bwip-js/generic';
import classes from './barcode.module.css';

/** A text as a Code 128 barcode, drawn here from the text itself: there is nothing foreign in it. */
export function Bars({ text, className }: { readonly text: string; readonly className?: string | undefined }) {
  const svg = code128<string>({ bcid: 'code128', text, scale: 2, height: 18 }, drawingSVG());
  return <img src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} alt={text} className={className} />;
}

/** A barcode to print: its bars, what a scanner reads in them, and what that does. `wide`: for long texts. */
export function Barcode(props: { readonly text: string; readonly label: string; readonly wide?: boolean }) {
  const { text, label, wide = false } = props;
  return (
    <figure className={classes['code']} data-code={text} data-wide={wide ? '' : undefined}>
      <Bars text={text} className={classes['bars']} />
      <figcaption>
        <strong>{text}</strong>
        <span>{label}</span>
      </figcaption>
    </figure>
  );
}
