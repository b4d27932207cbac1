import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useLayoutEffect, useState } from 'react';
import { badgeSchema, type Person, type Role, roleSchema, rolesWithPin } from '../../../shared/people.ts';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { answerByScan } from '../../ui/scan-answers.ts';
import { useWords } from '../../words/words.ts';
import { badgeOfScan } from './badge-scan.ts';
import classes from './people-page.module.css';

const fewestDigits = 4;

/** Enters a person, or changes one. `first`: nobody is known yet. A badge that is scanned meanwhile is taken as typed. */
export function PersonForm(props: {
  readonly person: Person | null;
  readonly first: boolean;
  onClose(): void;
  onDone(): void;
}) {
  const { person, first, onClose, onDone } = props;
  const t = useWords('people');
  const common = useWords('common');
  const put = useAction('person-put');
  const [badge, setBadge] = useState(person?.badge ?? '');
  const [name, setName] = useState(person?.name ?? '');
  const [roles, setRoles] = useState<readonly Role[]>(person?.roles ?? (first ? ['engineer'] : ['operator']));
  const [pin, setPin] = useState('');
  useLayoutEffect(() =>
    answerByScan((text) => {
      const scanned = badgeOfScan(text);
      if (scanned === null || person !== null) return false;
      setBadge(scanned);
      return true;
    }),
  );
  const fit = badgeSchema.safeParse(badge.trim()).success;
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!fit || roles.length === 0) return;
    const given = { name: name.trim() === '' ? null : name.trim(), pin: pin === '' ? null : pin };
    const answer = await put.run({ badge: badge.trim(), roles: [...roles], ...given });
    if (answer?.ok) onDone();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={person === null ? t('add') : t('changeTitle', { badge })}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <form onSubmit={(event) => void submit(event)} data-person-form>
        <Stack gap="md">
          <TextInput
            label={t('badge')}
            description={t('badgeHelp')}
            value={badge}
            readOnly={person !== null}
            maxLength={32}
            autoComplete="off"
            spellCheck={false}
            error={badge !== '' && !fit ? t('badgeUnfit') : undefined}
            onChange={(event) => setBadge(event.currentTarget.value)}
            data-person-badge
          />
          <TextInput
            label={t('name')}
            description={person === null ? t('nameHelp') : t('nameKeep')}
            value={name}
            maxLength={64}
            autoComplete="off"
            onChange={(event) => setName(event.currentTarget.value)}
            data-name
          />
          <RoleBoxes value={roles} onChange={setRoles} />
          <PasswordInput
            label={t('pin')}
            description={`${t('pinHelp', { digits: fewestDigits })}${person?.hasPin ? ` ${t('pinKeep')}` : ''}`}
            value={pin}
            maxLength={64}
            inputMode="numeric"
            autoComplete="new-password"
            withAsterisk={person?.hasPin !== true && roles.some((role) => rolesWithPin.includes(role))}
            onChange={(event) => setPin(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('pinLook') }}
            data-new-pin
          />
          {put.problem !== null && <ProblemCard problem={put.problem} action={{ label: t('close'), run: put.clear }} />}
          {roles.length === 0 && <Text role="status">{t('noRole')}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common('cancel')}
            </Button>
            <Button type="submit" loading={put.busy} disabled={!fit || roles.length === 0} data-save-person>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function RoleBoxes({ value, onChange }: { readonly value: readonly Role[]; onChange(value: readonly Role[]): void }) {
  const t = useWords('people');
  return (
    <fieldset className={classes['roles']}>
      <legend>{t('roles')}</legend>
      {roleSchema.options.map((role) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the box bears its own name; what is around it is for fingers
        <label key={role} className={classes['role']}>
          <Checkbox
            size="md"
            checked={value.includes(role)}
            aria-label={t(`role.${role}`)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...value, role] : value.filter((one) => one !== role))
            }
            data-role-box={role}
          />
          <span>{t(`role.${role}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
