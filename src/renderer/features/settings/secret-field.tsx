import { Badge, Button, Group, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { verdictColours } from '../../ui/theme.ts';
import { useWords } from '../../words/words.ts';

/** A secret goes from here into the vault and is never shown again; the field forgets it as soon as it is stored. */
export function SecretField(props: {
  readonly mode: 'training' | 'production';
  readonly name: string;
  readonly label: string;
  readonly present: boolean;
  readonly onStored: () => void;
  /** Told with each change, so that a connection can be tested before it is stored. */
  readonly onTyped?: (secret: string) => void;
}) {
  const { mode, name, label, onStored, onTyped } = props;
  const t = useWords('settings');
  const [secret, setSecret] = useState('');
  const [stored, setStored] = useState<string | null>(null); // where it went last
  const store = useAction('secret-set');
  // An instance that is not saved yet is not in the station's list of secrets.
  const present = props.present || stored === `${mode} ${name}`;
  const type = (text: string): void => {
    setSecret(text);
    onTyped?.(text);
  };
  async function submit(): Promise<void> {
    const answer = await store.run({ mode, name, secret });
    if (!answer?.ok) return;
    type('');
    setStored(`${mode} ${name}`);
    onStored();
  }
  return (
    <>
      <Group align="flex-end" wrap="nowrap">
        <PasswordInput
          flex={1}
          label={label}
          description={t(present ? 'secret.present' : 'secret.missing', { name, mode: t(`fields.mode.${mode}`) })}
          value={secret}
          onChange={(event) => type(event.currentTarget.value)}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': t('secret.look') }}
        />
        <Badge size="lg" color={present ? verdictColours.pass : verdictColours.check} variant="filled" mb={8}>
          {t(present ? 'secret.yes' : 'secret.no')}
        </Badge>
        <Button disabled={secret.trim() === ''} loading={store.busy} onClick={() => void submit()}>
          {t('secret.store')}
        </Button>
      </Group>
      {store.problem !== null && <ProblemCard problem={store.problem} />}
    </>
  );
}
