import { Box, Button, Stack, Text } from '@mantine/core';
import type { Problem } from '../../shared/problem.ts';
import { problemCatalogue } from '../../shared/problem-catalogue.ts';
import { useProblemWords, useWords } from '../words/words.ts';
import { addressOf } from './addresses.ts';
import classes from './problem-card.module.css';
import { wayOf } from './problem-way.ts';
import { VerdictShape } from './verdict-shape.tsx';

/** What a person can do about a problem with one touch. */
export type ProblemAction = { readonly label: string; readonly busy?: boolean; run(): void };

/**
 * The one look of every problem: what happened, what to do next, one button. Who is to act (station, operator, unit,
 * fixture, cloud) is said in words below. Without an action of the place that shows it, the button leads to the page
 * where something can be done.
 */
export function ProblemCard(props: {
  readonly problem: Problem;
  readonly action?: ProblemAction | undefined;
  /** `quiet`: it stands where it belongs and need not be announced. */
  readonly quiet?: boolean;
}) {
  const { problem, action, quiet = false } = props;
  const words = useProblemWords();
  const t = useWords('common');
  const { title, remedy } = words(problem);
  const { blame, retry } = problemCatalogue[problem.code];
  // What the station mends by itself is not a person's fault or task.
  const kind = retry === 'station' ? 'check' : 'fail';
  const way = wayOf(problem);
  return (
    <Box
      className={classes['card']}
      data-kind={kind}
      data-problem={problem.code}
      role={quiet ? 'group' : 'alert'}
      aria-label={title}
    >
      <Box className={classes['sign']}>
        <VerdictShape kind={kind} size="2.25rem" />
      </Box>
      <Stack gap={4} className={classes['words']}>
        <Text fw={700} size="lg">
          {title}
        </Text>
        <Text>{remedy}</Text>
        <Text size="sm" className={classes['blame']}>
          {t(`blame.${blame}`)} · {problem.code}
        </Text>
      </Stack>
      {action === undefined ? (
        <Button component="a" href={addressOf(way.to, way.rest)} variant="default" className={classes['button']}>
          {t(`way.${way.to}`)}
        </Button>
      ) : (
        <Button onClick={action.run} loading={action.busy ?? false} className={classes['button']}>
          {action.label}
        </Button>
      )}
    </Box>
  );
}
