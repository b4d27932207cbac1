import { Button, Group } from '@mantine/core';
import type { Person } from '../../../shared/people.ts';
import { Signed } from '../../ui/outcome.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './people-page.module.css';

/** What can be done with a person. */
export type PersonDeed = 'change' | 'print' | 'erase' | 'retire';

/** One person: badge, name, roles, and whether the badge opens anything now. */
export function PersonCard(props: {
  readonly person: Person;
  readonly mayChange: boolean;
  readonly onDeed: (deed: PersonDeed) => void;
}) {
  const { person, mayChange, onDeed } = props;
  const t = useWords('people');
  const { badge, name, roles, retiredAt } = person;
  const retired = retiredAt !== null;
  const button = (deed: PersonDeed, label: string) => (
    <Button
      key={deed}
      variant="default"
      onClick={() => onDeed(deed)}
      aria-label={t('deedOf', { deed: label, badge })}
      data-person-deed={deed}
    >
      {label}
    </Button>
  );
  return (
    <article
      className={classes['person']}
      data-person={badge}
      data-roles={roles.join(' ')}
      data-retired={retired}
      aria-label={badge}
    >
      <div className={classes['who']}>
        <strong className={classes['badge']}>{badge}</strong>
        <span data-person-name={name ?? ''}>{name ?? t('noName')}</span>
        <span>{roles.map((role) => t(`role.${role}`)).join(', ')}</span>
        <State person={person} />
      </div>
      <Group gap="sm">
        {!retired && button('print', t('print'))}
        {mayChange && !retired && button('change', t('change'))}
        {mayChange && name !== null && button('erase', t('erase'))}
        {mayChange && !retired && button('retire', t('retire'))}
      </Group>
    </article>
  );
}

function State({ person }: { readonly person: Person }) {
  const t = useWords('people');
  const { shortDateTime } = useTimes();
  const { hasPin, lockedUntil, retiredAt } = person;
  if (retiredAt !== null) return <Signed kind="idle">{t('retiredAt', { at: shortDateTime(retiredAt) })}</Signed>;
  return (
    <>
      <span data-has-pin={hasPin}>{hasPin ? t('hasPin') : t('noPin')}</span>
      {lockedUntil !== null && (
        <span data-locked={lockedUntil}>
          <Signed kind="check">{t('lockedUntil', { at: shortDateTime(lockedUntil) })}</Signed>
        </span>
      )}
    </>
  );
}
