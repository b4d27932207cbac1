import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import classes from './people-page.module.css';

const empty = { current: '', next: '', repeated: '' };
const fields = ['current', 'next', 'repeated'] as const;

/** People change their own PIN, by the one that they have. The fields forget it as soon as it was sent. */
export function OwnPin({ badge }: { readonly badge: string }) {
  const t = useWords('people');
  const set = useAction('pin-set');
  const [typed, setTyped] = useState(empty);
  const [done, setDone] = useState(false);
  const { current, next, repeated } = typed;
  const differs = repeated !== '' && repeated !== next;
  const ready = current !== '' && next !== '' && repeated === next;
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!ready) return;
    setTyped(empty);
    setDone(false);
    const answer = await set.run({ badge, pin: next, current });
    setDone(answer?.ok === true);
  }
  return (
    <section className={classes['part']} aria-label={t('own.title')} data-own-pin={badge}>
      <h2 className={classes['heading']}>{t('own.title')}</h2>
      <Text>{t('own.text')}</Text>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md" maw="26rem">
          {fields.map((name) => (
            <PasswordInput
              key={name}
              label={t(`own.${name}`)}
              value={typed[name]}
              maxLength={64}
              inputMode="numeric"
              autoComplete="off"
              error={name === 'repeated' && differs ? t('own.differs') : undefined}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setTyped((before) => ({ ...before, [name]: value }));
              }}
              visibilityToggleButtonProps={{ 'aria-label': t('pinLook') }}
              data-own={name}
            />
          ))}
          {set.problem !== null && <ProblemCard problem={set.problem} action={{ label: t('close'), run: set.clear }} />}
          <Group>
            <Button type="submit" loading={set.busy} disabled={!ready} data-set-pin>
              {t('own.save')}
            </Button>
            <Text role="status" data-pin-set={done}>
              {done ? t('own.done') : ''}
            </Text>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
