import { Button, Group, SegmentedControl, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { ok } from '../../../shared/result.ts';
import type { ForecastRow, Measure } from '../../../shared/returns.ts';
import { addressOf } from '../../ui/addresses.ts';
import { Signed } from '../../ui/outcome.tsx';
import { EmptyState } from '../../ui/page-states.tsx';
import { useTimes } from '../../ui/times.ts';
import { saveFile } from '../../ui/use-export.ts';
import { useListPages } from '../../ui/use-list-pages.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { useWords } from '../../words/words.ts';
import { countsOf, ordersFrom } from './forecast-order.ts';
import classes from './returns-page.module.css';

const verdicts = ['stops', 'cannot-tell', 'goes-on'] as const;
const kinds = { stops: 'fail', 'cannot-tell': 'check', 'goes-on': 'pass' } as const;
const columns = ['serial', 'verdict', 'why', 'registrationId', 'recipe'] as const;

/** Measures of the image, what becomes of each unit, and the prepared order for those that need a new certificate. */
export function ForecastResult(props: {
  readonly image: Measure;
  readonly rows: readonly ForecastRow[];
  readonly imageName: string;
}) {
  const { image, rows, imageName } = props;
  const t = useWords('returns');
  const { number } = useTimes();
  const [verdict, setVerdict] = useState<ForecastRow['verdict']>('stops');
  const counts = countsOf(rows);
  const save = (): void => {
    const orders = ordersFrom(rows, `${imageName} fwid ${image.fwid}`);
    orders.forEach((order, index) => {
      const part = orders.length === 1 ? '' : `-${index + 1}`;
      saveFile(
        `return-order-${image.fwid.slice(0, 8)}${part}.json`,
        [JSON.stringify(order, null, 2)],
        'application/json',
      );
    });
  };
  return (
    <Stack gap="md" className={classes['all']} data-forecast-result={rows.length}>
      <dl className={classes['facts']}>
        {(['riotCore', 'fwid'] as const).map((name) => (
          <div key={name} className={classes['wideFact']}>
            <dt>{t(`forecast.${name}`)}</dt>
            <dd data-measure={name}>{image[name]}</dd>
          </div>
        ))}
      </dl>
      <Text size="lg" role="status">
        {counts.stops === 0
          ? t('forecast.noneStops')
          : t('forecast.stop', { count: counts.stops, shown: number(counts.stops), total: number(rows.length) })}
      </Text>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t('forecast.which')}
          className={classes['segments']}
          value={verdict}
          onChange={(value) => setVerdict(verdicts.find((one) => one === value) ?? 'stops')}
          data={verdicts.map((value) => ({
            value,
            label: t(`forecast.shown.${value}`, { count: counts[value], shown: number(counts[value]) }),
          }))}
        />
        <Button size="lg" disabled={counts.stops === 0} onClick={save} data-save-order={counts.stops}>
          {t('forecast.save')}
        </Button>
      </Group>
      <Units rows={rows} verdict={verdict} />
    </Stack>
  );
}

type Placed = ForecastRow & { readonly place: number };
const keyOf = (row: Placed): number => row.place + 1;

function Units({ rows, verdict }: { readonly rows: readonly ForecastRow[]; readonly verdict: ForecastRow['verdict'] }) {
  const t = useWords('returns');
  const list = useListPages<Placed>(`${verdict} ${rows.length}`, {
    load: ({ before, skip, limit }) => {
      const shown = rows.filter((row) => row.verdict === verdict);
      // A row's key is its place, so a page continues right behind it.
      const from = before ?? skip;
      const page = shown.slice(from, from + limit).map((row, index) => ({ ...row, place: from + index }));
      return Promise.resolve(ok({ rows: page, total: shown.length }));
    },
    keyOf,
  });
  return (
    <VirtualList
      list={list}
      label={t('forecast.units')}
      keyOf={keyOf}
      rowInRem={3.25}
      head={columns.map((name) => <span key={name}>{t(`forecast.column.${name}`)}</span>)}
      rowClass={classes['forecastRow']}
      row={(row) => <UnitLine row={row} />}
      empty={<EmptyState title={t('forecast.empty')} text={t('forecast.emptyText')} />}
    />
  );
}

function UnitLine({ row }: { readonly row: ForecastRow }) {
  const t = useWords('returns');
  const named = (name: (typeof columns)[number]) => <VisuallyHidden>{t(`forecast.column.${name}`)}: </VisuallyHidden>;
  return (
    <>
      <a className={classes['id']} href={addressOf('unit', row.serial)} data-forecast-unit={row.serial}>
        {row.serial}
      </a>
      <span data-verdict={row.verdict}>
        {named('verdict')}
        <Signed kind={kinds[row.verdict]}>{t(`forecast.verdict.${row.verdict}`)}</Signed>
      </span>
      <span>
        {named('why')}
        {row.why.length === 0 ? '–' : row.why.map((part) => t(`forecast.why.${part}`)).join(' · ')}
      </span>
      <span>
        {named('registrationId')}
        {row.registrationId}
      </span>
      <span>
        {named('recipe')}
        {row.recipe}
      </span>
    </>
  );
}
