import { SegmentedControl, Select, Stack, Switch, Text } from '@mantine/core';
import type { FoundUnit, ReturnDeed, ReturnOptions } from '../../../shared/returns.ts';
import { useWords } from '../../words/words.ts';
import { leavesOldEntry, otherInstances } from './deed-choices.ts';
import classes from './returns-page.module.css';

/** What goes with a return: the other instance, the old entry, the registration record, the hub identity. */
export function ReturnOptionFields(props: {
  readonly deed: ReturnDeed;
  readonly unit: FoundUnit;
  readonly instances: readonly string[];
  readonly value: ReturnOptions;
  onChange(value: ReturnOptions): void;
}) {
  const { deed, unit, instances, value, onChange } = props;
  const t = useWords('returns');
  return (
    <section aria-label={t('option.heading')}>
      <h2 className={classes['heading']}>{t('option.heading')}</h2>
      <Stack gap="md">
        {deed === 'move' && (
          <Select
            label={t('option.to')}
            data={[...otherInstances(unit, instances)]}
            value={value.to}
            onChange={(to) => onChange({ ...value, to })}
            maw="26rem"
            data-option="to"
          />
        )}
        {leavesOldEntry(deed) && (
          <div>
            <Text fw={700}>{t('option.oldEntry')}</Text>
            <SegmentedControl
              aria-label={t('option.oldEntry')}
              value={value.oldEntry}
              onChange={(next) => onChange({ ...value, oldEntry: next === 'delete' ? 'delete' : 'disable' })}
              data={(['disable', 'delete'] as const).map((one) => ({ value: one, label: t(`option.entry.${one}`) }))}
              className={classes['segments']}
              data-option="old-entry"
            />
          </div>
        )}
        <Switch
          className={classes['switch']}
          label={t('option.deleteRegistration')}
          description={t('option.deleteRegistrationHelp')}
          checked={value.deleteRegistration}
          onChange={(event) => onChange({ ...value, deleteRegistration: event.currentTarget.checked })}
          data-option="delete-registration"
        />
        <Switch
          className={classes['switch']}
          label={t('option.removeHubIdentity')}
          description={t('option.removeHubIdentityHelp')}
          checked={value.removeHubIdentity}
          onChange={(event) => onChange({ ...value, removeHubIdentity: event.currentTarget.checked })}
          data-option="remove-hub-identity"
        />
      </Stack>
    </section>
  );
}
