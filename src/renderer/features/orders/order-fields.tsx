import { NativeSelect, NumberInput, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import { closesOnSchema } from '../../../shared/work-order.ts';
import { useMirror } from '../../station/use-station.ts';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './new-order.module.css';
import { type OrderDraft, rangeOf, serialsIn, type Typed } from './order-draft.ts';

/** What a part of the form works on. */
type Part = { readonly draft: OrderDraft; change(part: Partial<OrderDraft>): void };
/** Names of the fields that hold text, and of those that hold numbers. */
type TextName = 'name' | 'customer' | 'recipe' | 'recipeHash' | 'instance' | 'prefix' | 'lot';
type NumberName = 'quantity' | 'from' | 'to' | 'digits' | 'taktTargetInS' | 'perThousand' | 'everyHours';

/** What is made, how many of it, by which recipe, and where it is enrolled. */
export function MadeFields({ draft, change }: Part) {
  const t = useWords('orders');
  const known = useMirror('queue')?.instances.map(({ name }) => name) ?? [];
  return (
    <fieldset className={classes['part']}>
      <legend>{t('form.made')}</legend>
      <div className={classes['fields']}>
        <Text name="name" label={t('field.name')} help={t('help.name')} most={64} {...{ draft, change }} />
        <Text name="customer" label={t('field.customer')} most={200} {...{ draft, change }} />
        <Numeric name="quantity" label={t('field.quantity')} help={t('help.quantity')} {...{ draft, change }} />
        {known.length > 0 ? (
          <NativeSelect
            size="md"
            label={t('field.instance')}
            value={draft.instance}
            data={known.includes(draft.instance) ? known : [draft.instance, ...known]}
            onChange={(event) => change({ instance: event.currentTarget.value })}
            data-field="instance"
          />
        ) : (
          <Text name="instance" label={t('field.instance')} most={64} {...{ draft, change }} />
        )}
        <Text name="recipe" label={t('field.recipe')} help={t('help.recipe')} most={64} {...{ draft, change }} />
        <Text name="recipeHash" label={t('field.recipeHash')} help={t('help.hash')} most={64} {...{ draft, change }} />
      </div>
    </fieldset>
  );
}

/** Which serials belong to the order: any, those of a list, those of a range. */
export function SerialFields({ draft, change }: Part) {
  const t = useWords('orders');
  const { number } = useTimes();
  const listed = serialsIn(draft.list).length;
  return (
    <fieldset className={classes['part']}>
      <legend>{t('field.serials')}</legend>
      <div className={classes['fields']}>
        <SegmentedControl
          className={classes['wide']}
          aria-label={t('field.serials')}
          value={draft.serials}
          onChange={(serials) => change({ serials: serials as OrderDraft['serials'] })}
          data={(['any', 'list', 'range'] as const).map((value) => ({ value, label: t(`serials.${value}`) }))}
        />
        {draft.serials === 'list' && (
          <Textarea
            className={classes['wide']}
            size="md"
            label={t('field.list')}
            description={t('serialsListed', { count: listed, serials: number(listed) })}
            value={draft.list}
            rows={8}
            spellCheck={false}
            onChange={(event) => change({ list: event.currentTarget.value })}
            data-field="list"
          />
        )}
        {draft.serials === 'range' && <RangeFields draft={draft} change={change} />}
      </div>
    </fieldset>
  );
}

function RangeFields({ draft, change }: Part) {
  const t = useWords('orders');
  const { number } = useTimes();
  const range = rangeOf(draft);
  return (
    <>
      <Text name="prefix" label={t('field.prefix')} most={48} {...{ draft, change }} />
      <Numeric name="from" label={t('field.from')} {...{ draft, change }} />
      <Numeric name="to" label={t('field.to')} {...{ draft, change }} />
      <Numeric name="digits" label={t('field.digits')} help={t('help.digits')} {...{ draft, change }} />
      <p className={classes['preview']} role="status" data-range={range?.count ?? ''}>
        {range === null
          ? t('noRange')
          : t('rangeOf', {
              first: range.first,
              last: range.last,
              count: range.count,
              serials: number(range.count),
            })}
      </p>
    </>
  );
}

/** When the order may close, what is planned, and what is checked on the way. */
export function RuleFields({ draft, change }: Part) {
  const t = useWords('orders');
  const choices = ['recipe', ...closesOnSchema.options] as const;
  return (
    <fieldset className={classes['part']}>
      <legend>{t('form.rules')}</legend>
      <div className={classes['fields']}>
        <NativeSelect
          size="md"
          label={t('field.closesOn')}
          value={draft.closesOn}
          data={choices.map((value) => ({ value, label: t(`closesOn.${value}`) }))}
          onChange={(event) => change({ closesOn: event.currentTarget.value as OrderDraft['closesOn'] })}
          data-field="closesOn"
        />
        <Numeric name="taktTargetInS" label={t('field.taktInS')} help={t('help.takt')} {...{ draft, change }} />
        <OnOff name="sampling" label={t('field.sampling')} {...{ draft, change }} />
        {draft.sampling && (
          <>
            <Numeric name="perThousand" label={t('field.perThousand')} {...{ draft, change }} />
            <Text name="lot" label={t('field.lot')} help={t('help.lot')} most={64} {...{ draft, change }} />
          </>
        )}
        <OnOff name="goldenCheck" label={t('field.golden')} {...{ draft, change }} />
        {draft.goldenCheck && <Numeric name="everyHours" label={t('field.everyHours')} {...{ draft, change }} />}
        <OnOff name="twoBadges" label={t('field.twoBadges')} {...{ draft, change }} />
      </div>
    </fieldset>
  );
}

function Text(
  props: Part & { readonly name: TextName; readonly label: string; readonly help?: string; readonly most: number },
) {
  const { draft, change, name, label, help, most } = props;
  return (
    <TextInput
      label={label}
      description={help}
      value={draft[name]}
      maxLength={most}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
      data-field={name}
    />
  );
}

function Numeric(props: Part & { readonly name: NumberName; readonly label: string; readonly help?: string }) {
  const { draft, change, name, label, help } = props;
  return (
    <NumberInput
      label={label}
      description={help}
      value={draft[name]}
      min={0}
      allowNegative={false}
      onChange={(value: Typed) => change({ [name]: value })}
      data-field={name}
    />
  );
}

function OnOff(props: Part & { readonly name: 'sampling' | 'goldenCheck' | 'twoBadges'; readonly label: string }) {
  const { draft, change, name, label } = props;
  return (
    <Switch
      className={classes['switch']}
      label={label}
      checked={draft[name]}
      onChange={(event) => change({ [name]: event.currentTarget.checked })}
      data-field={name}
    />
  );
}
