import { code128, drawingSVG } from 'bwip-js/generic';

/** A text as a Code 128 barcode, drawn here from the text itself. */
export function Barcode({ text, className }: { readonly text: string; readonly className?: string | undefined }) {
  const svg = code128<string>({ bcid: 'code128', text, scale: 2, height: 18 }, drawingSVG());
  return <img src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} alt={text} className={className} />;
}
