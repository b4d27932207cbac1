import { Stack } from '@mantine/core';
import { type RefObject, useState } from 'react';
import type { Problem } from '../../../shared/problem.ts';
import type { StationSnapshot } from '../../../shared/station-snapshot.ts';
import { useScan } from '../../scan/use-scan.ts';
import { useMirror } from '../../station/use-station.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { columnsFor } from '../../ui/slot-face.ts';
import { useWords } from '../../words/words.ts';
import classes from './board-page.module.css';
import { OrderStrip } from './order-strip.tsx';
import { ScanStrip } from './scan-strip.tsx';
import { SlotCard } from './slot-card.tsx';

/** All places of the bench at once, and what to do next. */
export function BoardPage({
  station,
  scanField,
}: {
  readonly station: StationSnapshot;
  readonly scanField: RefObject<HTMLInputElement | null>;
}) {
  const t = useWords('board');
  const host = useMirror('host');
  const samples = useMirror('orders')?.samplingDue ?? [];
  const [reworkOf, setReworkOf] = useState<string | null>(null);
  const rework = useScan('rework');
  const columns = columnsFor(station.slots.length);
  return (
    <Stack gap="md" className={classes['page']}>
      <h1 className={classes['title']}>{t('title')}</h1>
      <ScanStrip station={station} field={scanField} onRework={setReworkOf} />
      <OrderStrip />
      {(host?.warnings ?? []).map((warning) => (
        <ProblemCard key={warning.code} problem={warning as Problem} quiet />
      ))}
      <div className={classes['slots']} data-columns={columns} data-many={station.slots.length > 3 * columns}>
        {station.slots.map((slot) => (
          <SlotCard
            key={slot.slot}
            slot={slot}
            steps={station.steps}
            chosen={station.waitingScan?.slot === slot.slot}
            sample={samples.some((one) => one.slot === slot.slot && one.serial === slot.serial)}
          />
        ))}
      </div>
      <ConfirmDialog
        opened={reworkOf !== null}
        title={t('reworkTitle', { serial: reworkOf ?? '' })}
        text={t('reworkText')}
        confirm={t('scan.rework')}
        onCancel={() => setReworkOf(null)}
        onConfirm={() => {
          if (reworkOf !== null) void rework.run(reworkOf);
          setReworkOf(null);
        }}
      />
    </Stack>
  );
}
