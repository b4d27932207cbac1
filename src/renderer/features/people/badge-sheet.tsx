import { Button, Group } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Person } from '../../../shared/people.ts';
import { Bars } from '../../ui/barcode.tsx';
import { useWords } from '../../words/words.ts';
import classes from './people-page.module.css';

/** Badges to print and cut out: the barcode that a scanner reads, and whose it is. */
export function BadgeSheet({ people, onClose }: { readonly people: readonly Person[]; readonly onClose: () => void }) {
  const t = useWords('people');
  const sheet = useRef<HTMLElement>(null);
  // Braces: a browser may answer with a promise, which is nothing to clean up with.
  useEffect(() => {
    sheet.current?.scrollIntoView({ block: 'start' });
  }, []);
  return (
    <section ref={sheet} aria-label={t('sheet')} data-badge-sheet={people.length}>
      <Group className="no-print" mb="sm">
        <Button onClick={() => window.print()} data-print-now>
          {t('printNow')}
        </Button>
        <Button variant="default" onClick={onClose} data-close-sheet>
          {t('close')}
        </Button>
      </Group>
      <div className={classes['sheet']}>
        {people.map(({ badge, name, roles }) => (
          <figure key={badge} className={classes['card']} data-badge-code={`BADGE ${badge}`}>
            <Bars text={`BADGE ${badge}`} className={classes['bars']} />
            <figcaption>
              <strong>{badge}</strong>
              {name !== null && <span>{name}</span>}
              <span>{roles.map((role) => t(`role.${role}`)).join(', ')}</span>
            </figcaption>
          </figure>
        ))}
      </div>
    </section>
  );
}
