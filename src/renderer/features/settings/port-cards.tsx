import { Autocomplete, Card, NumberInput, Select, SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import type { SettingsView } from '../../../shared/settings-view.ts';
import { useWords } from '../../words/words.ts';

type Ports = SettingsView['ports'];

/** Where boards appear: every port of the recipe's adapter, or the links of a folder. */
export function LinesCard(props: {
  readonly lines: unknown;
  readonly error: string | undefined;
  readonly ports: Ports;
  readonly onChange: (lines: unknown) => void;
}) {
  const { error, ports, onChange } = props;
  const t = useWords('settings');
  const lines = (props.lines ?? { from: 'ports' }) as { from: 'ports' | 'folder'; folder?: string };
  return (
    <Card withBorder>
      <Title order={2} size="h3" mb="sm">
        {t('sections.lines')}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t('lines.from')}
          data={[
            { value: 'ports', label: t('lines.ports') },
            { value: 'folder', label: t('lines.folder') },
          ]}
          value={lines.from}
          onChange={(from) => onChange(from === 'folder' ? { from, folder: '/dev/serial/by-id' } : { from: 'ports' })}
        />
        {lines.from === 'folder' && (
          <TextInput
            label={t('lines.path')}
            value={lines.folder ?? ''}
            error={error}
            onChange={(event) => onChange({ from: 'folder', folder: event.currentTarget.value })}
          />
        )}
      </SimpleGrid>
      <Text mt="sm" size="sm">
        {ports.length === 0 ? t('lines.none') : t('lines.seen', { ports: ports.map((port) => port.path).join(', ') })}
      </Text>
    </Card>
  );
}

/** A serial scanner, or none: scanners that type need no setting. */
export function ScannerCard(props: {
  readonly scanner: unknown;
  readonly errors: Record<string, string>;
  readonly ports: Ports;
  readonly onChange: (scanner: unknown) => void;
}) {
  const { errors, ports, onChange } = props;
  const t = useWords('settings');
  const scanner = (props.scanner ?? null) as { path: string; baudRate?: number } | null;
  return (
    <Card withBorder>
      <Title order={2} size="h3" mb="sm">
        {t('sections.scanner')}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t('scanner.kind')}
          description={t('scanner.help')}
          data={[
            { value: 'keyboard', label: t('scanner.keyboard') },
            { value: 'serial', label: t('scanner.serial') },
          ]}
          value={scanner === null ? 'keyboard' : 'serial'}
          onChange={(kind) => onChange(kind === 'serial' ? { path: ports[0]?.path ?? '', baudRate: 9_600 } : null)}
        />
        {scanner !== null && (
          <>
            <Autocomplete
              label={t('scanner.path')}
              data={ports.map((port) => port.path)}
              value={scanner.path}
              error={errors['scanner.path']}
              onChange={(path) => onChange({ ...scanner, path })}
            />
            <NumberInput
              label={t('scanner.baudRate')}
              value={scanner.baudRate ?? ''}
              error={errors['scanner.baudRate']}
              onChange={(rate) => onChange({ ...scanner, baudRate: rate === '' ? undefined : Number(rate) })}
            />
          </>
        )}
      </SimpleGrid>
    </Card>
  );
}
