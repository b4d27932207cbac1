import type { PublicIdentity } from '../../../shared/job.ts';
import { useWords } from '../../words/words.ts';
import { Copy } from './copy.tsx';
import classes from './unit-page.module.css';

/** By what a unit without a certificate is known: a TPM's keys, or the fingerprint of a symmetric key, never the key. */
export function CredentialSection({ identity }: { readonly identity: PublicIdentity }) {
  const t = useWords('unit');
  const facts = [
    ['registrationId', identity.registrationId],
    ['group', identity.group],
    ['endorsementKey', identity.attestation === 'tpm' ? identity.endorsementKey : null],
    ['fingerprint', identity.fingerprint],
  ] as const;
  const title = t(`credential.${identity.attestation}`);
  return (
    <section className={classes['part']} aria-label={title}>
      <h2 className={classes['heading']}>{title}</h2>
      <dl className={classes['facts']}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className={classes['fact']}>
              <dt>{t(`credential.${name}`)}</dt>
              <dd>
                <code data-fact={name}>{value}</code>
                <Copy value={value} name={t(`credential.${name}`)} />
              </dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
