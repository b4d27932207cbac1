import { Stack, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ProblemCode } from '../../../shared/problem.ts';
import { type CatalogueEntry, problemCatalogue } from '../../../shared/problem-catalogue.ts';
import { EmptyState } from '../../ui/page-states.tsx';
import { VerdictShape } from '../../ui/verdict-shape.tsx';
import { useProblemWords, useWords } from '../../words/words.ts';
import classes from './help-page.module.css';

const codes = Object.keys(problemCatalogue) as ProblemCode[];
const groups = [
  'operator',
  'unit',
  'fixture',
  'cloud',
  'station',
] as const satisfies readonly CatalogueEntry['blame'][];

/** Every problem the station knows, with what to do: to look one up, and to read before the first shift. */
export function HelpPage({ code }: { readonly code: string }) {
  const t = useWords('help');
  const common = useWords('common');
  const words = useProblemWords();
  const [search, setSearch] = useState('');
  // Braces: a browser may answer with a promise, which is nothing to clean up with.
  useEffect(() => {
    document.getElementById(`problem-${code}`)?.scrollIntoView({ block: 'center' });
  }, [code]);
  const wanted = search.trim().toLowerCase();
  const shown = codes
    .map((one) => ({ code: one, ...words({ code: one, facts: {} }), entry: problemCatalogue[one] as CatalogueEntry }))
    .filter((one) => `${one.code} ${one.title} ${one.remedy}`.toLowerCase().includes(wanted));
  return (
    <Stack gap="md">
      <Title order={1}>{t('title')}</Title>
      <TextInput
        label={t('search')}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        maw="30rem"
        className="no-print"
      />
      {shown.length === 0 && <EmptyState title={t('none')} text={t('noneText')} />}
      {groups.map((blame) => {
        const members = shown.filter((one) => one.entry.blame === blame);
        return members.length === 0 ? null : (
          <section key={blame}>
            <Title order={2} size="h3" mb="xs">
              {common(`blame.${blame}`)}
            </Title>
            <ul className={classes['list']}>
              {members.map((one) => (
                <li
                  key={one.code}
                  id={`problem-${one.code}`}
                  className={classes['entry']}
                  data-wanted={one.code === code}
                  data-catalogue={one.code}
                >
                  <span className={classes['sign']} data-kind={one.entry.retry === 'station' ? 'check' : 'fail'}>
                    <VerdictShape kind={one.entry.retry === 'station' ? 'check' : 'fail'} size="1.75rem" />
                  </span>
                  <div>
                    <Text fw={700}>{one.title}</Text>
                    <Text>{one.remedy}</Text>
                    <Text size="sm" c="dimmed">
                      {t(`retry.${one.entry.retry}`)} · {one.code}
                    </Text>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </Stack>
  );
}
