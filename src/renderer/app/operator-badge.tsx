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
  return (
    <Popover trapFocus withArrow>
      <Popover.Target>
        <button
          type="button"
          className={classes['operator']}
          aria-label={`${t('atWork')}: ${said}`}
          data-at-work={atWork?.badge ?? ''}
        >
          <BadgeIcon />
          <span>{said}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>{atWork === null ? <TypedBadge /> : <SignOut atWork={atWork} />}</Popover.Dropdown>
    </Popover>
  );
}

function SignOut({ atWork }: { readonly atWork: NonNullable<PeopleState['atWork']> }) {
  const t = useWords('people');
  const out = useAction('badge-out');
  return (
    <Stack gap="sm">
      <Text fw={700}>{atWork.name ?? atWork.badge}</Text>
      <Text>{atWork.roles.map((role) => t(`role.${role}`)).join(', ')}</Text>
      <Button onClick={() => void out.run({})} loading={out.busy} data-badge-out>
        {t('signOut')}
      </Button>
      {out.problem !== null && <ProblemCard problem={out.problem} />}
    </Stack>
  );
}

/** A scanner that is broken must not stop the line: the number of a badge can be typed. */
function TypedBadge() {
  const t = useWords('people');
  const scan = useAction('scan');
  const [badge, setBadge] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (badge.trim() !== '') void scan.run({ text: `BADGE ${badge.trim()}` });
  };
  return (
    <form onSubmit={submit}>
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
