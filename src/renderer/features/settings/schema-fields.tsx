import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { z } from 'zod';
import { settingsSchema } from '../../../shared/settings.ts';
import { useWords } from '../../words/words.ts';

/** The parts of a JSON Schema that a field needs. */
type FieldSchema = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
};

const whole = z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
type JsonObject = {
  readonly properties?: Record<string, JsonObject>;
  readonly additionalProperties?: JsonObject;
} & FieldSchema;

/** Schemas of the settings' own fields, as the station checks them. */
export const stationFields = (whole.properties ?? {}) as Record<string, FieldSchema>;
/** Schemas of the simple fields of one DPS instance; who calls and through which proxy have fields of their own. */
export const instanceFields = simpleFields('dps', ['auth', 'proxy', 'connectionStringSecret']);
/** Schemas of the simple fields of one hub. */
export const hubFields = simpleFields('hubs', ['proxy']);

function simpleFields(member: 'dps' | 'hubs', without: readonly string[]): Record<string, FieldSchema> {
  const all = (whole.properties?.[member]?.additionalProperties?.properties ?? {}) as Record<string, FieldSchema>;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
}

/** An empty field falls back to its default: it is left out, not stored as nothing. */
export function withField(fields: Record<string, unknown>, field: string, value: unknown): Record<string, unknown> {
  const { [field]: _, ...rest } = fields;
  return value === undefined ? rest : { ...rest, [field]: value };
}

/**
 * One field as its schema says: a list of words becomes a choice, a number gets its bounds, text is text. Label and help
 * are the words `fields.<name>`; a complaint of the schema stands under the field.
 */
export function SchemaField(props: {
  readonly name: string;
  readonly schema: FieldSchema | undefined;
  readonly value: unknown;
  readonly error: string | undefined;
  readonly onChange: (value: unknown) => void;
}) {
  const { name, schema = {}, value, error, onChange } = props;
  const t = useWords('settings');
  const shared = {
    label: t(`fields.${name}.label`),
    description: t(`fields.${name}.help`, { defaultValue: '' }) || undefined,
    error,
  };
  if (schema.enum !== undefined) {
    const data = schema.enum.map((one) => ({ value: one, label: t(`fields.${name}.${one}`) }));
    return <Select {...shared} data={data} value={String(value ?? schema.default ?? '')} onChange={onChange} />;
  }
  if (schema.type === 'boolean') {
    return <Switch {...shared} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum, maximum } = schema;
    return (
      <NumberInput
        {...shared}
        {...(minimum === undefined ? {} : { min: minimum })}
        {...(maximum === undefined || maximum > 1e9 ? {} : { max: maximum })}
        clampBehavior="none"
        value={typeof value === 'number' ? value : ''}
        placeholder={schema.default === undefined ? '' : String(schema.default)}
        onChange={(next) => onChange(next === '' ? undefined : Number(next))}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      value={typeof value === 'string' ? value : ''}
      placeholder={typeof schema.default === 'string' ? schema.default : ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  );
}
