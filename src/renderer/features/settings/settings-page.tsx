import { Alert, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import { type Settings, settingsSchema } from '../../../shared/settings.ts';
import type { SettingsView } from '../../../shared/settings-view.ts';
import { useAction, useMirror } from '../../station/use-station.ts';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { type Draft, errorsOf } from './draft.ts';
import { HubList } from './hub-list.tsx';
import { InstanceList } from './instance-list.tsx';
import { LinesCard, ScannerCard } from './port-cards.tsx';
import { SchemaField, stationFields } from './schema-fields.tsx';
import { SecretField } from './secret-field.tsx';
import { VaultCard } from './vault-card.tsx';

/** Everything that can be set, checked by the station's own schema before it is sent. */
export function SettingsPage() {
  const t = useWords('settings');
  const view = useSettingsView();
  /** What the person changed and has not saved: it stays when the settings are read again. */
  const [edits, setEdits] = useState<Draft>({});
  const [saved, setSaved] = useState(false);
  const [secretStored, setSecretStored] = useState(false);
  if (view.problem !== null) {
    return <ProblemCard problem={view.problem} action={{ label: t('again'), run: () => void view.load() }} />;
  }
  return view.value === null ? (
    <LoadingState text={t('loading')} />
  ) : (
    <SettingsForm
      view={view.value}
      edits={edits}
      saved={saved}
      onEdit={(next) => {
        setSaved(false);
        setEdits(next);
      }}
      onSaved={async () => {
        await view.load();
        setEdits({});
        setSaved(true);
        setSecretStored(false);
      }}
      onStale={() => void view.load()}
      onStored={() => {
        setSecretStored(true);
        void view.load();
      }}
    >
      {secretStored && <ApplyNow onApplied={() => setSecretStored(false)} />}
    </SettingsForm>
  );
}

function useSettingsView() {
  const get = useAction('settings-get');
  const connection = useMirror('connection');
  const [value, setValue] = useState<SettingsView | null>(null);
  const load = async (): Promise<void> => {
    const answer = await get.run({});
    if (answer?.ok) setValue(answer.value);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once per connection, not after each drawing
  useEffect(() => {
    if (connection === 'connected') void load();
  }, [connection]);
  return { value, problem: get.problem, load };
}

/** A station takes its secrets from the vault when it opens. */
function ApplyNow({ onApplied }: { readonly onApplied: () => void }) {
  const t = useWords('settings');
  const reopen = useAction('reopen');
  const apply = async (): Promise<void> => {
    if ((await reopen.run({}))?.ok) onApplied();
  };
  return (
    <Stack gap="xs" data-apply>
      <Group justify="flex-end">
        <Text role="status">{t('apply.text')}</Text>
        <Button variant="default" loading={reopen.busy} onClick={() => void apply()}>
          {t('apply.button')}
        </Button>
      </Group>
      {reopen.problem !== null && <ProblemCard problem={reopen.problem} />}
    </Stack>
  );
}

function SettingsForm(props: {
  readonly view: SettingsView;
  readonly edits: Draft;
  readonly saved: boolean;
  readonly onEdit: (edits: Draft) => void;
  readonly onSaved: () => Promise<void>;
  /** Somebody else saved meanwhile: read again, keeping the edits. */
  readonly onStale: () => void;
  readonly onStored: () => void;
  readonly children: ReactNode;
}) {
  const { view, edits, saved, onEdit, onSaved, onStale, onStored } = props;
  const t = useWords('settings');
  const save = useAction('settings-set');
  const draft: Draft = { ...view.settings, ...edits };
  const parsed = settingsSchema.safeParse(draft);
  const errors = parsed.success
    ? {}
    : errorsOf(parsed.error, { needed: t('errors.idScopeNeeded'), form: t('errors.idScopeForm') });
  const dirty = JSON.stringify(draft) !== JSON.stringify(view.settings);
  const set = (name: string, value: unknown): void => onEdit({ ...edits, [name]: value });
  const field = (name: keyof Settings) => (
    <SchemaField
      key={name}
      name={name}
      schema={stationFields[name]}
      value={draft[name]}
      error={errors[name]}
      onChange={(value) => set(name, value)}
    />
  );
  const mode = draft.mode === 'production' ? 'production' : 'training';
  const embedded = mode === 'training' && draft.bench !== 'off';

  async function submit(): Promise<void> {
    if (!parsed.success) return;
    const answer = await save.run({ settings: parsed.data, revision: view.revision });
    if (answer?.ok) await onSaved();
    else if (answer?.problem.code === 'settings-stale') onStale();
  }

  return (
    <Stack gap="md" maw="70rem" pb="6rem">
      <Title order={1}>{t('title')}</Title>
      <Card withBorder>
        <Title order={2} size="h3" mb="sm">
          {t('sections.station')}
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {field('mode')}
          {mode === 'training' && field('bench')}
          {field('station')}
          {field('slots')}
          {field('recipe')}
          {field('callsInFlight')}
        </SimpleGrid>
        {embedded && (
          <Alert mt="md" variant="default" title={t('embedded.title')}>
            <Text>{t('embedded.text')}</Text>
          </Alert>
        )}
      </Card>
      <InstanceList
        dps={draft.dps}
        mode={mode}
        errors={errors}
        secrets={view.secrets}
        onChange={(dps) => set('dps', dps)}
        onStored={onStored}
      />
      <HubList
        hubs={draft.hubs}
        mode={mode}
        errors={errors}
        secrets={view.secrets}
        onChange={(hubs) => set('hubs', hubs)}
        onStored={onStored}
      />
      <LinesCard
        lines={draft.lines}
        error={errors['lines.folder']}
        ports={view.ports}
        onChange={(lines) => set('lines', lines)}
      />
      <ScannerCard
        scanner={draft.scanner}
        errors={errors}
        ports={view.ports}
        onChange={(scanner) => set('scanner', scanner)}
      />
      <VaultCard vault={view.vault} mode={mode} onChanged={onStale}>
        <SecretField
          mode={mode}
          name="wifi-password"
          label={t('wifi')}
          present={isPresent(view, mode, 'wifi-password')}
          onStored={onStored}
        />
      </VaultCard>
      {save.problem !== null && <ProblemCard problem={save.problem as Problem} />}
      {save.problem?.code === 'settings-stale' && dirty && <KeptEdits edits={edits} settings={view.settings} />}
      {props.children}
      <Group justify="flex-end">
        <Text role="status">{saved && !dirty ? t('saved') : parsed.success ? '' : t('mend')}</Text>
        <Button variant="default" disabled={!dirty} onClick={() => onEdit({})}>
          {t('undo')}
        </Button>
        <Button disabled={!dirty || !parsed.success} loading={save.busy} onClick={() => void submit()}>
          {t('save')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Marks what this person changed, beside what somebody else has saved meanwhile. */
function KeptEdits({ edits, settings }: { readonly edits: Draft; readonly settings: Settings }) {
  const t = useWords('settings');
  const changed = (Object.keys(edits) as (keyof Settings)[]).filter(
    (name) => JSON.stringify(edits[name]) !== JSON.stringify(settings[name]),
  );
  const sections: readonly string[] = ['dps', 'hubs', 'lines', 'scanner'];
  const names = changed.map((name) => t(sections.includes(name) ? `sections.${name}` : `fields.${name}.label`));
  return (
    <Alert variant="default" title={t('kept')} data-kept={changed.join(' ')}>
      <Text>{names.join(', ')}</Text>
    </Alert>
  );
}

function isPresent(view: SettingsView, mode: string, name: string): boolean {
  return view.secrets.some((one) => one.mode === mode && one.name === name && one.present);
}
