import { Button, Select, TextInput } from '@mantine/core';
import type { EntryKind } from '../../../shared/enrollment-list.ts';
import { useWords } from '../../words/words.ts';
import classes from './enrollments-page.module.css';
import { choices, type EntryNarrowing, noNarrowing } from './narrowing.ts';

/** What to look for: words, status, kind of credential, registration. */
export function EntryFilters(props: {
  readonly kind: EntryKind;
  readonly value: EntryNarrowing;
  readonly onChange: (value: EntryNarrowing) => void;
}) {
  const { kind, value, onChange } = props;
  const t = useWords('enrollments');
  const narrowed = Object.values(value).some((one) => one !== '');
  const select = (name: keyof typeof choices, values: readonly string[] = choices[name]) => (
    <Select
      label={t(`filter.${name}`)}
      data={[
        { value: '', label: t('filter.any') },
        ...values.map((one) => ({ value: one, label: t(`${name}.${one}`) })),
      ]}
      value={value[name] as string}
      onChange={(chosen) => onChange({ ...value, [name]: chosen ?? '' })}
      allowDeselect={false}
      data-filter={name}
    />
  );
  return (
    <search className={classes['filters']}>
      <TextInput
        label={t('filter.search')}
        placeholder={t('filter.searchHelp')}
        value={value.search}
        onChange={(event) => onChange({ ...value, search: event.currentTarget.value })}
        autoComplete="off"
        spellCheck={false}
        maxLength={128}
        data-filter="search"
      />
      {select('status')}
      {select('attestation')}
      {kind === 'individual' && select('registration')}
      <Button variant="subtle" disabled={!narrowed} onClick={() => onChange(noNarrowing)}>
        {t('filter.clear')}
      </Button>
    </search>
  );
}
