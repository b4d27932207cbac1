import { Button, FileInput, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMirror } from '../../station/use-station.ts';
import { addressOf } from '../../ui/addresses.ts';
import { EmptyState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import { ForecastResult } from './forecast-result.tsx';
import { mostBytes } from './read-base64.ts';
import classes from './returns-page.module.css';
import { type Forecast, useForecast } from './use-forecast.ts';

/** Which certificates stop matching under a new firmware image, before anybody loads it. */
export function ForecastPage() {
  const t = useWords('returns');
  const forecast = useForecast();
  const [bin, setBin] = useState<File | null>(null);
  const [map, setMap] = useState<File | null>(null);
  return (
    <Stack gap="lg" className={classes['page']} data-opened="forecast">
      <Group gap="lg">
        <a className={classes['link']} href={addressOf('returns')}>
          {t('back')}
        </a>
        <h1 className={classes['title']}>{t('forecast.title')}</h1>
      </Group>
      <Text size="lg">{t('forecast.about')}</Text>
      <ImageForm bin={bin} map={map} onBin={setBin} onMap={setMap} forecast={forecast} />
      {forecast.problem !== null && <ProblemCard problem={forecast.problem} />}
      <Running forecast={forecast} />
      {forecast.state === 'none' && forecast.problem === null && (
        <EmptyState title={t('forecast.none')} text={t('forecast.noneText')} />
      )}
      {forecast.state === 'ready' && forecast.image !== null && (
        <ForecastResult image={forecast.image} rows={forecast.rows} imageName={bin?.name ?? ''} />
      )}
    </Stack>
  );
}

function ImageForm(props: {
  readonly bin: File | null;
  readonly map: File | null;
  readonly forecast: Forecast;
  onBin(file: File | null): void;
  onMap(file: File | null): void;
}) {
  const { bin, map, forecast, onBin, onMap } = props;
  const t = useWords('returns');
  const recipe = useMirror('station')?.recipe ?? null;
  const tooLarge = (file: File | null): boolean => file !== null && file.size > mostBytes;
  const ready = bin !== null && map !== null && !tooLarge(bin) && !tooLarge(map);
  const start = (of: string | null): void => {
    if (ready) forecast.start({ bin, map, recipe: of });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    start(recipe);
  };
  const chosen = (file: File | null, take: (file: File | null) => void): void => {
    forecast.cancel();
    take(file);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Group align="flex-start" grow preventGrowOverflow={false}>
          {(['bin', 'map'] as const).map((name) => (
            <FileInput
              key={name}
              size="lg"
              label={t(`forecast.${name}`)}
              placeholder={t('forecast.choose')}
              accept={`.${name}`}
              value={name === 'bin' ? bin : map}
              onChange={(file) => chosen(file, name === 'bin' ? onBin : onMap)}
              error={tooLarge(name === 'bin' ? bin : map) ? t('forecast.tooLarge') : undefined}
              fileInputProps={{ 'aria-label': t(`forecast.${name}`) }}
              data-file={name}
            />
          ))}
        </Group>
        <Group>
          <Button type="submit" size="lg" disabled={!ready} loading={forecast.state === 'running'} data-forecast="own">
            {t('forecast.own', { recipe })}
          </Button>
          <Button
            size="lg"
            variant="default"
            disabled={!ready || forecast.state === 'running'}
            onClick={() => start(null)}
            data-forecast="all"
          >
            {t('forecast.all')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Running({ forecast }: { readonly forecast: Forecast }) {
  const t = useWords('returns');
  const { number } = useTimes();
  const { state, rows, cancel } = forecast;
  return (
    <Group role="status">
      {state === 'running' && (
        <>
          <Text>{t('forecast.running', { count: rows.length, shown: number(rows.length) })}</Text>
          <Button variant="default" onClick={cancel} data-forecast-cancel>
            {t('forecast.cancel')}
          </Button>
        </>
      )}
    </Group>
  );
}
