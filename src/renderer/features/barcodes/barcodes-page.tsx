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
        <Barcode text="CONFIRM" label={t('confirm')} />
        <Barcode text="CANCEL" label={t('cancel')} />
        <Barcode text="QA ON" label={t('qaOn')} />
        <Barcode text="QA OFF" label={t('qaOff')} />
        <Barcode text="BADGE OUT" label={t('badgeOut')} />
        {places.map((slot) => (
          <Barcode key={`slot ${slot}`} text={`SLOT ${slot}`} label={t('slot', { slot })} />
        ))}
        {places.map((slot) => (
          <Barcode key={`abort ${slot}`} text={`ABORT ${slot}`} label={t('abort', { slot })} />
        ))}
      </div>
    </div>
  );
}
