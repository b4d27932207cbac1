import { Select, SimpleGrid, TextInput } from '@mantine/core';
import { type Auth, authOf, secretOf } from '../../../shared/access.ts';
import { useWords } from '../../words/words.ts';

type Fields = Record<string, unknown>;
type Kind = 'connection-string' | 'service-principal' | 'managed-identity' | 'device-code';
const kinds: readonly Kind[] = ['connection-string', 'service-principal', 'managed-identity', 'device-code'];

/** Text fields of each kind, in the order in which a person finds them in the portal; `?`: may stay empty. */
const fieldsOf: Readonly<Record<Kind, readonly string[]>> = {
  'connection-string': ['secret'],
  'service-principal': ['host', 'tenantId', 'clientId', 'clientSecret', 'authorityHost?'],
  'managed-identity': ['host', 'clientId?'],
  'device-code': ['host', 'tenantId', 'clientId', 'authorityHost?'],
};

function kindOf(auth: Fields): Kind {
  return auth['kind'] === 'entra' ? (auth['credential'] as Kind) : 'connection-string';
}

/** Settings of a fresh kind; the host of the service stays. */
function fresh(kind: Kind, name: string, before: Fields): Fields {
  if (kind === 'connection-string') return { kind, secret: name === 'default' ? 'dps' : `dps-${name}` };
  const host = before['host'] ?? '';
  const secret = kind === 'service-principal' ? { clientSecret: `entra-${name}` } : {};
  const who = kind === 'managed-identity' ? {} : { tenantId: '', clientId: '' };
  return { kind: 'entra', credential: kind, host, ...who, ...secret };
}

/** `auth` of an instance in either form of the settings. */
export function authIn(instance: Fields): Fields {
  return authOf(instance as Parameters<typeof authOf>[0]) as Fields;
}

/** Name of the vault secret that an instance needs, and of what kind it is; null: it needs none. */
export function secretIn(instance: Fields): { readonly name: string; readonly kind: Kind } | null {
  const auth = authIn(instance);
  const name = secretOf(auth as Auth);
  return typeof name === 'string' ? { name, kind: kindOf(auth) } : null;
}

/** As whom the service is called. */
export function AuthFields(props: {
  readonly name: string;
  readonly instance: Fields;
  readonly errors: Record<string, string>;
  readonly onChange: (next: Fields) => void;
}) {
  const { name, instance, errors } = props;
  const t = useWords('settings');
  const auth = authIn(instance);
  const kind = kindOf(auth);
  const change = (next: Fields): void => {
    const { connectionStringSecret: _, ...rest } = instance;
    props.onChange({ ...rest, auth: next });
  };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} mb="md">
      <Select
        label={t('access.kind')}
        data={kinds.map((one) => ({ value: one, label: t(`access.kinds.${one}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(next) => change(fresh((next ?? kind) as Kind, name, auth))}
      />
      {fieldsOf[kind].map((field) => {
        const optional = field.endsWith('?');
        const key = field.replace('?', '');
        return (
          <TextInput
            key={key}
            label={t(`access.${key}`)}
            description={optional ? t('access.optional') : t(`access.help.${key}`)}
            value={String(auth[key] ?? '')}
            error={errors[`dps.${name}.auth.${key}`]}
            onChange={({ currentTarget: { value } }) => change(withText(auth, key, value, optional))}
          />
        );
      })}
    </SimpleGrid>
  );
}

/** A field that may stay empty is left out when it is. */
function withText(fields: Fields, key: string, value: string, optional: boolean): Fields {
  const { [key]: _, ...rest } = fields;
  return optional && value === '' ? rest : { ...fields, [key]: value };
}

/** The proxy in between, or none: an empty address. */
export function ProxyFields(props: {
  readonly path: string;
  readonly proxy: unknown;
  readonly errors: Record<string, string>;
  readonly onChange: (proxy: Fields | undefined) => void;
}) {
  const { path, errors, onChange } = props;
  const t = useWords('settings');
  const proxy = (props.proxy ?? {}) as Fields;
  const change = (key: 'url' | 'secret', value: string): void => {
    const next = withText(proxy, key, value, true);
    onChange(next['url'] === undefined ? undefined : next);
  };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} mb="md">
      <TextInput
        label={t('proxy.url')}
        description={t('proxy.urlHelp')}
        placeholder="http://proxy:3128"
        value={String(proxy['url'] ?? '')}
        error={errors[`${path}.proxy.url`]}
        onChange={(event) => change('url', event.currentTarget.value)}
      />
      {proxy['url'] !== undefined && (
        <TextInput
          label={t('proxy.secret')}
          description={t('access.optional')}
          value={String(proxy['secret'] ?? '')}
          error={errors[`${path}.proxy.secret`]}
          onChange={(event) => change('secret', event.currentTarget.value)}
        />
      )}
    </SimpleGrid>
  );
}
