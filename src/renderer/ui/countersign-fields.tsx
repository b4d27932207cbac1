import { Group, PasswordInput, Text, TextInput } from '@mantine/core';
import { useLayoutEffect } from 'react';
import type { Countersign } from '../../shared/people.ts';
import { useWords } from '../words/words.ts';
import { answerByScan } from './scan-answers.ts';

/** A second person's badge as it is being entered. */
export type CountersignDraft = { readonly badge: string; readonly pin: string };
/** Nothing entered yet. */
export const noCountersign: CountersignDraft = { badge: '', pin: '' };

/** What a call takes; null: no second badge was given. */
export function countersignFrom({ badge, pin }: CountersignDraft): Countersign | null {
  return badge.trim() === '' ? null : { badge: badge.trim(), pin: pin === '' ? null : pin };
}

/** The badge of a second person: scanned or typed, with the PIN where the badge has one. */
export function CountersignFields(props: {
  readonly value: CountersignDraft;
  onChange(value: CountersignDraft): void;
}) {
  const { value, onChange } = props;
  const t = useWords('people');
  useLayoutEffect(() =>
    answerByScan((text) => {
      const badge = /^\s*BADGE\s+(\S+)\s*$/i.exec(text)?.[1];
      if (badge === undefined || badge.toUpperCase() === 'OUT') return false;
      onChange({ ...value, badge });
      return true;
    }),
  );
  return (
    <Group align="flex-end" gap="sm" data-countersign>
      <Text w="100%">{t('second')}</Text>
      <TextInput
        label={t('secondBadge')}
        value={value.badge}
        maxLength={64}
        autoComplete="off"
        onChange={(event) => onChange({ ...value, badge: event.currentTarget.value })}
        data-second-badge
      />
      <PasswordInput
        label={t('secondPin')}
        value={value.pin}
        maxLength={64}
        autoComplete="off"
        inputMode="numeric"
        onChange={(event) => onChange({ ...value, pin: event.currentTarget.value })}
        visibilityToggleButtonProps={{ 'aria-label': t('pinLook') }}
        data-second-pin
      />
    </Group>
  );
}
