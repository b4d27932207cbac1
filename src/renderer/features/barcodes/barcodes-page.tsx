import { Button, Group, Text, Title } from '@mantine/core';
import { useMirror } from '../../station/use-station.ts';
import { Barcode } from '../../ui/barcode.tsx';
import { useWords } from '../../words/words.ts';
import classes from './barcodes-page.module.css';

/** A sheet to print and lay beside the station: what hands in gloves say to it without a keyboard. */
export function BarcodesPage() {
  const t = useWords('barcodes');
  const slots = useMirror('station')?.slots.length ?? 8;
  const places = Array.from({ length: slots }, (_, index) => index + 1);
  return (
    <div className={classes['page']}>
      <Group justify="space-between" className="no-print">
        <Title order={1}>{t('title')}</Title>
        <Button onClick={() => window.print()}>{t('print')}</Button>
      </Group>
      <Text className="no-print">{t('about')}</Text>
      <div className={classes['sheet']}>
        <Code text="CONFIRM" label={t('confirm')} />
        <Code text="CANCEL" label={t('cancel')} />
        <Code text="BADGE OUT" label={t('badgeOut')} />
        {places.map((slot) => (
          <Code key={`slot ${slot}`} text={`SLOT ${slot}`} label={t('slot', { slot })} />
        ))}
        {places.map((slot) => (
          <Code key={`abort ${slot}`} text={`ABORT ${slot}`} label={t('abort', { slot })} />
        ))}
      </div>
    </div>
  );
}

function Code({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <figure className={classes['code']} data-code={text}>
      <Barcode text={text} className={classes['bars']} />
      <figcaption>
        <strong>{text}</strong>
        <span>{label}</span>
      </figcaption>
    </figure>
  );
}
