import { Button, Card, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import { instanceSettingsSchema } from '../../../shared/settings.ts';
import type { SettingsView } from '../../../shared/settings-view.ts';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { AuthFields, ProxyFields, secretIn } from './access-fields.tsx';
import { instanceFields, SchemaField, withField } from './schema-fields.tsx';
import { SecretField } from './secret-field.tsx';

type Mode = 'training' | 'production';
type Dps = Record<string, Record<string, unknown>>;

/** The DPS instances: name, fields as their schema says, connection string into the vault, a test before anything is saved. */
export function InstanceList(props: {
  readonly dps: unknown;
  readonly mode: Mode;
  readonly errors: Record<string, string>;
  readonly secrets: SettingsView['secrets'];
  readonly onChange: (dps: Dps) => void;
  readonly onStored: () => void;
}) {
  const { mode, errors, secrets, onChange, onStored } = props;
  const t = useWords('settings');
  const [name, setName] = useState('');
  const dps = (props.dps ?? {}) as Dps;
  const add = (): void => {
    const key = name.trim() || 'default';
    const secret = key === 'default' ? 'dps' : `dps-${key}`;
    onChange({ ...dps, [key]: { auth: { kind: 'connection-string', secret } } });
    setName('');
  };
  const remove = (key: string): void =>
    onChange(Object.fromEntries(Object.entries(dps).filter(([one]) => one !== key)));
  return (
    <Card withBorder>
      <Title order={2} size="h3">
        {t('sections.dps')}
      </Title>
      <Stack mt="sm">
        {Object.keys(dps).length === 0 && <Text>{t('dps.none')}</Text>}
        {Object.entries(dps).map(([key, instance]) => (
          <InstanceCard
            key={key}
            name={key}
            instance={instance}
            mode={mode}
            errors={errors}
            isStored={(secret) => secrets.some((one) => one.mode === mode && one.name === secret && one.present)}
            onChange={(next) => onChange({ ...dps, [key]: next })}
            onRemove={() => remove(key)}
            onStored={onStored}
          />
        ))}
        <Group align="flex-end">
          <TextInput
            label={t('dps.newName')}
            description={t('dps.newHelp')}
            placeholder="default"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button variant="default" onClick={add} disabled={(name.trim() || 'default') in dps}>
            {t('dps.add')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function InstanceCard(props: {
  readonly name: string;
  readonly instance: Record<string, unknown>;
  readonly mode: Mode;
  readonly errors: Record<string, string>;
  readonly isStored: (secret: string) => boolean;
  readonly onChange: (next: Record<string, unknown>) => void;
  readonly onRemove: () => void;
  readonly onStored: () => void;
}) {
  const { name, instance, mode, errors, isStored, onChange, onRemove, onStored } = props;
  const t = useWords('settings');
  const [typed, setTyped] = useState('');
  const parsed = instanceSettingsSchema.safeParse(instance);
  const secret = secretIn(instance);
  const proxySecret = (instance['proxy'] as { secret?: string } | undefined)?.secret;
  return (
    <Card withBorder data-instance={name}>
      <Group justify="space-between" mb="sm">
        <Title order={3} size="h4">
          {name}
        </Title>
        <Button variant="default" onClick={onRemove}>
          {t('dps.remove')}
        </Button>
      </Group>
      <AuthFields name={name} instance={instance} errors={errors} onChange={onChange} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} mb="md">
        {Object.entries(instanceFields).map(([field, schema]) => (
          <SchemaField
            key={field}
            name={field}
            schema={schema}
            value={instance[field]}
            error={errors[`dps.${name}.${field}`]}
            onChange={(value) => onChange(withField(instance, field, value))}
          />
        ))}
      </SimpleGrid>
      <ProxyFields
        path={`dps.${name}`}
        proxy={instance['proxy']}
        errors={errors}
        onChange={(proxy) => onChange(withField(instance, 'proxy', proxy))}
      />
      {secret !== null && (
        <SecretField
          mode={mode}
          name={secret.name}
          label={t(secret.kind === 'connection-string' ? 'dps.connectionString' : 'dps.clientSecret')}
          present={isStored(secret.name)}
          onStored={onStored}
          onTyped={setTyped}
        />
      )}
      {proxySecret !== undefined && (
        <SecretField
          mode={mode}
          name={proxySecret}
          label={t('proxy.password')}
          present={isStored(proxySecret)}
          onStored={onStored}
        />
      )}
      <ConnectionTest name={name} mode={mode} instance={parsed.success ? parsed.data : null} typed={typed} />
    </Card>
  );
}

function ConnectionTest(props: {
  readonly name: string;
  readonly mode: Mode;
  readonly instance: ReturnType<typeof instanceSettingsSchema.parse> | null;
  readonly typed: string;
}) {
  const { name, mode, instance, typed } = props;
  const t = useWords('settings');
  const test = useAction('connection-test');
  const [result, setResult] = useState<{
    readonly hostName: string;
    readonly tookInMs: number;
    readonly problem: Problem | null;
    readonly advice: readonly Problem[];
  } | null>(null);
  async function run(): Promise<void> {
    if (instance === null) return;
    setResult(null);
    const answer = await test.run({ mode, name, instance, secret: typed.trim() === '' ? null : typed });
    if (answer?.ok) setResult(answer.value as typeof result);
  }
  const failed = test.problem ?? result?.problem ?? null;
  return (
    <Stack mt="md" gap="xs">
      <Group>
        <Button variant="default" disabled={instance === null} loading={test.busy} onClick={() => void run()}>
          {t('test.button')}
        </Button>
        <Text role="status" fw={600}>
          {result !== null && result.problem === null
            ? t('test.good', { host: result.hostName, ms: result.tookInMs })
            : ''}
        </Text>
      </Group>
      {failed !== null && <ProblemCard problem={failed} />}
      {(result?.advice ?? []).map((advice) => (
        <ProblemCard key={advice.code} problem={advice} quiet />
      ))}
    </Stack>
  );
}
