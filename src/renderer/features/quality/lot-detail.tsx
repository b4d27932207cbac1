import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { LotView } from '../../../shared/lot.ts';
import { useAction } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { saveFile } from '../../ui/use-export.ts';
import { useWords } from '../../words/words.ts';
import { LotFigures, LotPlan, LotSign } from './lot-figures.tsx';
import { LotNext } from './lot-next.tsx';
import { LotSerials } from './lot-serials.tsx';
import classes from './quality-page.module.css';
import { useLot } from './use-lot.ts';
import { VerificationList } from './verification-list.tsx';

/** One lot: what it comes to, its units, its report, and its end. */
export function LotDetail({ id, onVerify }: { readonly id: string; onVerify(): void }) {
  const t = useWords('quality');
  const { view, missing, problem, again } = useLot(id);
  return (
    <>
      <a className={classes['back']} href={addressOf('quality', 'lots')}>
        {t('backToLots')}
      </a>
      {view !== null ? (
        <Lot view={view} onVerify={onVerify} onChanged={again} />
      ) : problem !== null ? (
        <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />
      ) : missing ? (
        <EmptyState title={t('lotMissing.title')} text={t('lotMissing.text')} />
      ) : (
        <LoadingState text={t('loadingOne')} />
      )}
    </>
  );
}

type LotProps = { readonly view: LotView; onVerify(): void; onChanged(): void };

function Lot(props: LotProps) {
  const { view } = props;
  const t = useWords('quality');
  const { number, dateTime } = useTimes();
  const { lot, count, verdict } = view;
  const unseen = Math.max(0, count.members - count.passed - count.failed - count.cannotTell);
  const times =
    lot.closedAt === null
      ? t('lotOpenedAt', { at: dateTime(lot.openedAt), actor: lot.origin.actor })
      : t('lotClosedAt', { at: dateTime(lot.closedAt), actor: lot.closedBy ?? '–' });
  return (
    <>
      <section
        className={classes['part']}
        aria-label={t('lotNamed', { name: lot.name })}
        data-lot={lot.name}
        data-closed={lot.closed ?? 'no'}
      >
        <Group justify="space-between">
          <h2 className={classes['name']}>{t('lotNamed', { name: lot.name })}</h2>
          <span role="status" className={classes['sum']}>
            <LotSign verdict={verdict} />
            {lot.closed !== null && t('closed')}
          </span>
        </Group>
        <LotFigures view={view} />
        <Text>
          <LotPlan view={view} /> {times}
        </Text>
        <Text data-members={count.members}>
          {t('members', { count: count.members, shown: number(count.members), unseen: number(unseen) })}
        </Text>
        <LotActions {...props} />
      </section>
      <LotNext view={view} />
      <h2 className={classes['heading']}>{t('lotUnits')}</h2>
      <VerificationList lot={lot.id} empty={<EmptyState title={t('emptyLot.title')} text={t('emptyLot.text')} />} />
    </>
  );
}

function LotActions({ view: { lot, verdict }, onVerify, onChanged }: LotProps) {
  const t = useWords('quality');
  const close = useAction('lot-close');
  const [dialog, setDialog] = useState<'add' | 'close' | null>(null);
  const end = async (): Promise<void> => {
    setDialog(null);
    const answer = await close.run({ lot: lot.id });
    if (answer?.ok === true) onChanged();
  };
  return (
    <>
      <Group gap="sm" className="no-print">
        {lot.closed === null && (
          <>
            <Button onClick={onVerify} data-verify-lot>
              {t('verifyLot')}
            </Button>
            <Button variant="default" onClick={() => setDialog('add')} data-add-units>
              {t('addUnits')}
            </Button>
            <Button variant="default" loading={close.busy} onClick={() => setDialog('close')} data-close-lot>
              {t('closeLot')}
            </Button>
          </>
        )}
        <ReportButton lot={lot.id} format="html" />
        <ReportButton lot={lot.id} format="csv" />
      </Group>
      {close.problem !== null && (
        <ProblemCard problem={close.problem} action={{ label: t('close'), run: close.clear }} />
      )}
      <LotSerials
        lot={lot.id}
        opened={dialog === 'add'}
        onClose={() => setDialog(null)}
        onAdded={() => {
          setDialog(null);
          onChanged();
        }}
      />
      <ConfirmDialog
        opened={dialog === 'close'}
        title={t('closeTitle', { name: lot.name })}
        text={t(`closeText.${verdict}`)}
        confirm={t('closeLot')}
        onConfirm={() => void end()}
        onCancel={() => setDialog(null)}
      />
    </>
  );
}

const types = { html: 'text/html', csv: 'text/csv' } as const;

/** Saves the report: a page that prints well, or a line per unit for a spreadsheet. */
function ReportButton({ lot, format }: { readonly lot: string; readonly format: keyof typeof types }) {
  const t = useWords('quality');
  const report = useAction('lot-report');
  const run = async (): Promise<void> => {
    const answer = await report.run({ lot, format });
    if (answer?.ok === true) saveFile(answer.value.name, [answer.value.text], types[format]);
  };
  if (report.problem !== null) {
    return (
      <ProblemCard problem={report.problem} action={{ label: t('again'), busy: report.busy, run: () => void run() }} />
    );
  }
  return (
    <Button variant="default" loading={report.busy} onClick={() => void run()} data-report={format}>
      {t(`report.${format}`)}
    </Button>
  );
}
