import { Group, Stack } from '@mantine/core';
import { addressOf } from '../../ui/addresses.ts';
import { useWords } from '../../words/words.ts';
import { AllReturns } from './all-returns.tsx';
import { CasePage } from './case-page.tsx';
import { ForecastPage } from './forecast-page.tsx';
import { OpenReturns } from './open-returns.tsx';
import classes from './returns-page.module.css';
import { UnitDesk } from './unit-desk.tsx';

/** The returns desk: units that came back, and what becomes of them. `opened`: '' or `forecast` or the id of a return. */
export function ReturnsPage({ opened }: { readonly opened: string }) {
  const t = useWords('returns');
  if (opened === 'forecast') return <ForecastPage />;
  if (opened !== '') return <CasePage key={opened} id={opened} />;
  return (
    <Stack gap="lg" className={classes['page']} data-opened="">
      <Group justify="space-between">
        <h1 className={classes['title']}>{t('title')}</h1>
        <a className={classes['link']} href={addressOf('returns', 'forecast')} data-to-forecast>
          {t('toForecast')}
        </a>
      </Group>
      <UnitDesk />
      <OpenReturns />
      <AllReturns />
    </Stack>
  );
}
