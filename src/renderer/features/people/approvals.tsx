import { Button, Group, Text } from '@mantine/core';
import type { CallOutput } from '../../../shared/contract.ts';
import type { PeopleState } from '../../../shared/people.ts';
import { useAction } from '../../station/use-station.ts';
import { Signed } from '../../ui/outcome.tsx';
import { LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './people-page.module.css';
import { useApprovals } from './use-people.ts';

type Approvals = CallOutput<'recipe-approvals'>;

/** The recipe that the station works by, an engineer's word for it, and every approval so far. */
export function Approvals({ people }: { readonly people: PeopleState }) {
  const t = useWords('people');
  const { value, problem, again } = useApprovals();
  return (
    <section className={classes['part']} aria-label={t('recipe.title')}>
      <h2 className={classes['heading']}>{t('recipe.title')}</h2>
      <Text>{t('recipe.text')}</Text>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {value === null && problem === null && <LoadingState text={t('recipe.loading')} />}
      {value !== null && (
        <>
          <Running value={value} people={people} onDone={again} />
          <List approvals={value.approvals} />
        </>
      )}
    </section>
  );
}

function Running(props: { readonly value: Approvals; readonly people: PeopleState; readonly onDone: () => void }) {
  const { value, people, onDone } = props;
  const t = useWords('people');
  const { dateTime } = useTimes();
  const approve = useAction('recipe-approve');
  const { recipe, approvals } = value;
  if (recipe === null) return <Text data-recipe="">{t('recipe.unreadable')}</Text>;
  const approval = approvals.find(({ hash }) => hash === recipe.hash);
  const may = people.atWork?.may.includes('recipes') ?? false;
  async function run(hash: string, name: string): Promise<void> {
    await approve.run({ recipe: name, hash });
    // Refused because the file is another one now: what is shown must be that one.
    onDone();
  }
  return (
    <div
      className={classes['recipe']}
      data-recipe={recipe.recipe}
      data-hash={recipe.hash}
      data-approved={approval?.badge}
    >
      <Group gap="xl">
        <strong>{recipe.title}</strong>
        <span>{recipe.recipe}</span>
        <Signed kind={approval === undefined ? 'check' : 'pass'}>
          {approval === undefined
            ? t('recipe.not')
            : t('recipe.by', { badge: approval.badge, at: dateTime(approval.at) })}
        </Signed>
      </Group>
      <code className={classes['hash']}>{recipe.hash}</code>
      {approval === undefined && may && (
        <Group>
          <Button loading={approve.busy} onClick={() => void run(recipe.hash, recipe.recipe)} data-approve>
            {t('recipe.approve')}
          </Button>
        </Group>
      )}
      {approval === undefined && !may && <Text>{t('recipe.who')}</Text>}
      {approve.problem !== null && (
        <ProblemCard problem={approve.problem} action={{ label: t('close'), run: approve.clear }} />
      )}
    </div>
  );
}

function List({ approvals }: { readonly approvals: Approvals['approvals'] }) {
  const t = useWords('people');
  const { dateTime } = useTimes();
  if (approvals.length === 0) return <Text>{t('recipe.none')}</Text>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes['wide']} tabIndex={0} aria-label={t('recipe.list')}>
      <table className={classes['table']}>
        <caption>{t('recipe.list')}</caption>
        <thead>
          <tr>
            {(['recipe', 'hash', 'badge', 'at'] as const).map((name) => (
              <th key={name} scope="col">
                {t(`recipe.column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {approvals.map((one) => (
            <tr key={one.hash} data-approval={one.hash}>
              <td>{one.recipe}</td>
              <td className={classes['hash']}>{one.hash}</td>
              <td>{one.badge}</td>
              <td>{dateTime(one.at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
