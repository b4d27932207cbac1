import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { type PeopleState, type Person, rolesWithPin } from '../../../shared/people.ts';
import { useMirror } from '../../station/use-station.ts';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { useWords } from '../../words/words.ts';
import { Approvals } from './approvals.tsx';
import { BadgeSheet } from './badge-sheet.tsx';
import { OwnPin } from './own-pin.tsx';
import classes from './people-page.module.css';
import { PeopleSection } from './people-section.tsx';
import { usePeople } from './use-people.ts';

/** Who may work here: badges, roles, names, recipes that engineers approved. */
export function PeoplePage() {
  const t = useWords('people');
  const people = useMirror('people');
  const [printed, setPrinted] = useState<readonly Person[]>([]);
  if (people === null) {
    return (
      <Stack>
        <h1 className={classes['title']}>{t('title')}</h1>
        <LoadingState text={t('loading')} />
      </Stack>
    );
  }
  return (
    <Stack gap="lg">
      {printed.length > 0 && <BadgeSheet people={printed} onClose={() => setPrinted([])} />}
      <Stack gap="lg" className="no-print" data-people={people.open ? 'open' : 'known'}>
        <h1 className={classes['title']}>{t('title')}</h1>
        <Section people={people} onPrint={setPrinted} />
        <Approvals people={people} />
      </Stack>
    </Stack>
  );
}

function Section(props: { readonly people: PeopleState; readonly onPrint: (people: readonly Person[]) => void }) {
  const { people, onPrint } = props;
  const t = useWords('people');
  const list = usePeople();
  const { open, atWork } = people;
  if (!open && atWork === null) {
    return (
      <div className={classes['part']} data-nobody>
        <EmptyState title={t('scanBadge')} text={t('scanBadgePage')} />
      </div>
    );
  }
  return (
    <>
      {open && (
        <section className={classes['part']} data-open-station>
          <h2 className={classes['heading']}>{t('open.title')}</h2>
          <Text size="lg">{t('open.text')}</Text>
        </section>
      )}
      <PeopleSection people={people} list={list} onPrint={onPrint} />
      {atWork !== null && hasPin(atWork, list.value) && <OwnPin key={atWork.badge} badge={atWork.badge} />}
    </>
  );
}

/** Whoever may not see the list has a PIN where the role wants one. */
function hasPin({ badge, roles }: NonNullable<PeopleState['atWork']>, list: readonly Person[] | null): boolean {
  const own = list?.find((person) => person.badge === badge);
  return own?.hasPin ?? roles.some((role) => rolesWithPin.includes(role));
}
