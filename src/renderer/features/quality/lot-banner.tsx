import { Group, Switch, Text } from '@mantine/core';
import { addressOf } from '../../ui/addresses.ts';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import { LotFigures, LotPlan, LotSign } from './lot-figures.tsx';
import classes from './quality-page.module.css';
import type { Bench } from './use-bench.ts';

/** The lot that is worked on, how far it is, and whether units count for it. */
export function LotBanner({ bench }: { readonly bench: Bench }) {
  const t = useWords('quality');
  const { lot: view, lotComing, choice, choose } = bench;
  if (lotComing !== null) {
    const { problem, again } = lotComing;
    if (problem === null) return <LoadingState text={t('loadingOne')} />;
    return <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />;
  }
  if (view === null) {
    return (
      <Group gap="md" data-lot="none">
        <Text>{t('noLot')}</Text>
        <a className={classes['back']} href={addressOf('quality', 'lots')}>
          {t('toLots')}
        </a>
      </Group>
    );
  }
  const { lot, verdict } = view;
  return (
    <section className={classes['part']} aria-label={t('lotNamed', { name: lot.name })} data-lot={lot.name}>
      <Group justify="space-between">
        <h2 className={classes['heading']}>
          <a className={classes['back']} href={addressOf('quality', lot.id)}>
            {t('lotNamed', { name: lot.name })}
          </a>
        </h2>
        <span role="status" className={classes['sum']}>
          <LotSign verdict={verdict} />
        </span>
        <Switch
          checked={choice.forLot}
          onChange={(event) => choose({ forLot: event.currentTarget.checked })}
          label={t('forLot')}
          data-for-lot={choice.forLot}
        />
      </Group>
      <LotFigures view={view} />
      <Text>
        <LotPlan view={view} />
      </Text>
    </section>
  );
}
