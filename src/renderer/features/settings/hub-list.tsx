import { Button, Card, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { SettingsView } from '../../../shared/settings-view.ts';
import { useWords } from '../../words/words.ts';
import { ProxyFields } from './access-fields.tsx';
import { hubFields, SchemaField, withField } from './schema-fields.tsx';
import { SecretField } from './secret-field.tsx';

type Hubs = Record<string, Record<string, unknown>>;

/** The hubs whose devices this station may look at, disable and remove. */
export function HubList(props: {
  readonly hubs: unknown;
  readonly mode: 'training' | 'production';
  readonly errors: Record<string, string>;
  readonly secrets: SettingsView['secrets'];
  readonly onChange: (hubs: Hubs) => void;
  readonly onStored: () => void;
}) {
  const { mode, errors, secrets, onChange, onStored } = props;
  const t = useWords('settings');
  const [name, setName] = useState('');
  const hubs = (props.hubs ?? {}) as Hubs;
  const host = name.trim().toLowerCase();
  const add = (): void => {
    onChange({ ...hubs, [host]: { connectionStringSecret: `hub-${host.split('.')[0]}` } });
    setName('');
  };
  const change = (key: string, next: Record<string, unknown>): void => onChange({ ...hubs, [key]: next });
  return (
    <Card withBorder>
      <Title order={2} size="h3">
        {t('sections.hubs')}
      </Title>
      <Stack mt="sm">
        {Object.keys(hubs).length === 0 && <Text>{t('hubs.none')}</Text>}
        {Object.entries(hubs).map(([key, hub]) => {
          const secret = String(hub['connectionStringSecret'] ?? '');
          return (
            <Card withBorder key={key} data-hub={key}>
              <Group justify="space-between" mb="sm">
                <Title order={3} size="h4">
                  {key}
                </Title>
                <Button
                  variant="default"
                  onClick={() => onChange(Object.fromEntries(Object.entries(hubs).filter(([one]) => one !== key)))}
                >
                  {t('dps.remove')}
                </Button>
              </Group>
              <SimpleGrid cols={{ base: 1, sm: 2 }} mb="md">
                {Object.entries(hubFields).map(([field, schema]) => (
                  <SchemaField
                    key={field}
                    name={field}
                    schema={schema}
                    value={hub[field]}
                    error={errors[`hubs.${key}.${field}`]}
                    onChange={(value) => change(key, withField(hub, field, value))}
                  />
                ))}
              </SimpleGrid>
              <ProxyFields
                path={`hubs.${key}`}
                proxy={hub['proxy']}
                errors={errors}
                onChange={(proxy) => change(key, withField(hub, 'proxy', proxy))}
              />
              <SecretField
                mode={mode}
                name={secret}
                label={t('hubs.connectionString')}
                present={secrets.some((one) => one.mode === mode && one.name === secret && one.present)}
                onStored={onStored}
              />
            </Card>
          );
        })}
        <Group align="flex-end">
          <TextInput
            label={t('hubs.newName')}
            description={t('hubs.newHelp')}
            placeholder="plant.azure-devices.net"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button variant="default" onClick={add} disabled={host === '' || host in hubs}>
            {t('hubs.add')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
