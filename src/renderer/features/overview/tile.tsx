import type { ReactNode } from 'react';
import type { VerdictKind } from '../../ui/theme.ts';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import classes from './overview-page.module.css';

/** One tile of the overview: its name leads to the page that tells more. `wide`: over the whole width. */
export function Tile(props: {
  readonly name: string;
  readonly title: string;
  readonly href: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { name, title, href, wide = false, children } = props;
  return (
    <section className={classes['tile']} data-tile={name} data-wide={wide} aria-label={title}>
      <h2 className={classes['heading']}>
        <a className={classes['link']} href={href}>
          {title}
        </a>
      </h2>
      {children}
    </section>
  );
}

/** A number that is read from afar, with its sign and what it counts. */
export function Count(props: {
  readonly kind: VerdictKind;
  readonly count: number;
  readonly said: string;
  readonly more?: string | undefined;
}) {
  const { kind, count, said, more } = props;
  return (
    <>
      <p className={classes['count']} data-kind={kind} data-count={count}>
        <VerdictShape kind={kind} size="2rem" />
        <strong>{said}</strong>
      </p>
      {more !== undefined && <p className={classes['more']}>{more}</p>}
    </>
  );
}
