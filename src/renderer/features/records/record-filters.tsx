import { Button, Group, Select, TextInput } from '@mantine/core';
import { useWords } from '../../words/words.ts';
import { deliveryChoices, hourChoices, hoursBefore, type Narrowing, noNarrowing, outcomeChoices } from './narrowing.ts';
import classes from './records-page.module.css';

/** What to look for: words, outcome, delivery, time. */
export function RecordFilters(props: { readonly value: Narrowing; readonly onChange: (value: Narrowing) => void }) {
  const { value, onChange } = props;
  const t = useWords('records');
  const set = (part: Partial<Narrowing>): void => onChange({ ...value, ...part });
  const choices = (kind: 'outcome' | 'delivery', names: readonly string[]) => [
    { value: '', label: t(`any.${kind}`) },
    ...names.map((name) => ({ value: name, label: t(`${kind}.${name}`) })),
  ];
  const narrowed = Object.values(value).some((one) => one !== '');
  return (
    <search className={classes['filters']}>
      <TextInput
        label={t('search')}
        placeholder={t('searchHelp')}
        value={value.search}
        onChange={(event) => set({ search: event.currentTarget.value })}
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        data-filter="search"
      />
      <Select
        label={t('outcomeLabel')}
        data={choices('outcome', outcomeChoices)}
        value={value.outcome}
        onChange={(outcome) => set({ outcome: outcome ?? '' })}
      />
      <Select
        label={t('deliveryLabel')}
        data={choices('delivery', deliveryChoices)}
        value={value.delivery}
        onChange={(delivery) => set({ delivery: delivery ?? '' })}
      />
      <TextInput
        type="datetime-local"
        label={t('since')}
        value={value.since}
        onChange={(event) => set({ since: event.currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        label={t('until')}
        value={value.until}
        onChange={(event) => set({ until: event.currentTarget.value })}
      />
      <Group gap="xs">
        {hourChoices.map((hours) => (
          <Button
            key={hours}
            variant="default"
            onClick={() => set({ since: hoursBefore(Date.now(), hours), until: '' })}
            data-hours={hours}
          >
            {t(`last.${hours}`)}
          </Button>
        ))}
        <Button variant="subtle" disabled={!narrowed} onClick={() => onChange(noNarrowing)}>
          {t('clear')}
        </Button>
      </Group>
    </search>
  );
}
