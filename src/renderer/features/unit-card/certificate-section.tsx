import { Button, Group } from '@mantine/core';
import type { CertificateDetails } from '../../../shared/records.ts';
import { useTimes } from '../../ui/times.ts';
import { saveFile } from '../../ui/use-export.ts';
import { useWords } from '../../words/words.ts';
import { Copy } from './copy.tsx';
import classes from './unit-page.module.css';

/** What the unit's certificate says, each part to be copied, and the certificate itself. */
export function CertificateSection(props: { readonly serial: string; readonly certificate: CertificateDetails }) {
  const { serial, certificate } = props;
  const t = useWords('unit');
  const { dateTime } = useTimes();
  const facts = [
    ['subject', certificate.subject],
    ['issuer', certificate.issuer],
    ['serialNumber', certificate.serialNumber],
    ['sha1Thumbprint', certificate.sha1Thumbprint],
    ['sha256Thumbprint', certificate.sha256Thumbprint],
  ] as const;
  return (
    <section className={classes['part']} aria-label={t('certificate.title')}>
      <Group justify="space-between">
        <h2 className={classes['heading']}>{t('certificate.title')}</h2>
        <Group gap="sm">
          <Copy value={certificate.pem} name={t('certificate.pem')} words />
          <Button
            variant="default"
            data-download="pem"
            onClick={() => saveFile(`${fileName(serial)}.pem`, [certificate.pem], 'application/x-pem-file')}
          >
            {t('certificate.download')}
          </Button>
        </Group>
      </Group>
      <dl className={classes['facts']}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes['fact']}>
            <dt>{t(`certificate.${name}`)}</dt>
            <dd>
              <code data-fact={name}>{value}</code>
              <Copy value={value} name={t(`certificate.${name}`)} />
            </dd>
          </div>
        ))}
        <div className={classes['fact']}>
          <dt>{t('certificate.valid')}</dt>
          <dd>
            {t('certificate.from', { from: dateTime(certificate.notBefore), to: dateTime(certificate.notAfter) })}
          </dd>
        </div>
        <div className={classes['fact']}>
          <dt>{t('certificate.publicKey')}</dt>
          <dd>{certificate.publicKey}</dd>
        </div>
      </dl>
    </section>
  );
}

/** A serial may hold what file names may not. */
function fileName(serial: string): string {
  return serial.replaceAll(/[^\w.-]+/g, '_');
}
