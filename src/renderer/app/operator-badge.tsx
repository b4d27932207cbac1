import { Button, Popover, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { PeopleState } from '../../shared/people.ts';
import { usePreference } from '../station/preferences.ts';
import { useAction, useMirror } from '../station/use-station.ts';
import { BadgeIcon, PersonIcon } from '../ui/icons.tsx';
import { ProblemCard } from '../ui/problem-card.tsx';
import { useWords } from '../words/words.ts';
import classes from './header.module.css';

/** Who is answerable: a name of this window, or the badge at work where the station knows its people. */
export function OperatorBadge() {
  const people = useMirror('people');
  return people === null || people.open ? <NameOfWindow /> : <BadgeAtWork people={people} />;
}

function NameOfWindow() {
  const t = useWords('common');
  const [actor, setActor] = usePreference('actor');
  return (
    <Popover trapFocus withArrow>
      <Popover.Target>
        <button type="button" className={classes['operator']} aria-label={`${t('header.operator')}: ${actor}`}>
          <PersonIcon />
          <span>{actor}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput
          label={t('header.operator')}
          description={t('header.operatorHelp')}
          value={actor}
          maxLength={64}
          onChange={(event) => setActor(event.currentTarget.value)}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function BadgeAtWork({ people }: { readonly people: PeopleState }) {
  const t = useWords('people');
  const { atWork } = people;
  const said = atWork === null ? t('scanBadge') : (atWork.name ?? atWork.badge);
  const [opened, setOpened] = useState(false);
  const close = (): void => setOpened(false);
  return (
    <Popover trapFocus withArrow opened={opened} onChange={setOpened}>
      <Popover.Target>
        <button
          type="button"
          className={classes['operator']}
          aria-label={`${t('atWork')}: ${said}`}
          onClick={() => setOpened(!opened)}
          data-at-work={atWork?.badge ?? ''}
        >
          <BadgeIcon />
          <span>{said}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        {atWork === null ? <TypedBadge onDone={close} /> : <SignOut atWork={atWork} onDone={close} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function SignOut(props: { readonly atWork: NonNullable<PeopleState['atWork']>; readonly onDone: () => void }) {
  const { atWork, onDone } = props;
  const t = useWords('people');
  const out = useAction('badge-out');
  const leave = async (): Promise<void> => {
    if ((await out.run({}))?.ok) onDone();
  };
  return (
    <Stack gap="sm">
      <Text fw={700}>{atWork.name ?? atWork.badge}</Text>
      <Text>{atWork.roles.map((role) => t(`role.${role}`)).join(', ')}</Text>
      <Button onClick={() => void leave()} loading={out.busy} data-badge-out>
        {t('signOut')}
      </Button>
      {out.problem !== null && <ProblemCard problem={out.problem} />}
    </Stack>
  );
}

/** A scanner that is broken must not stop the line: the number of a badge can be typed. */
function TypedBadge({ onDone }: { readonly onDone: () => void }) {
  const t = useWords('people');
  const scan = useAction('scan');
  const [badge, setBadge] = useState('');
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (badge.trim() === '') return;
    // A badge with a PIN is taken as well; the station then asks for it.
    if ((await scan.run({ text: `BADGE ${badge.trim()}` }))?.ok) onDone();
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Text>{t('scanBadgeLong')}</Text>
        <TextInput
          label={t('badge')}
          value={badge}
          maxLength={64}
          onChange={(event) => setBadge(event.currentTarget.value)}
          autoComplete="off"
          data-badge
        />
        <Button type="submit" loading={scan.busy} disabled={badge.trim() === ''} data-badge-in>
          {t('signIn')}
        </Button>
        {scan.problem !== null && <ProblemCard problem={scan.problem} />}
      </Stack>
    </form>
  );
}
