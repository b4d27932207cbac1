import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { PeopleState, Person } from '../../../shared/people.ts';
import { useAction } from '../../station/use-station.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState, LoadingState } from '../../ui/page-states.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useWords } from '../../words/words.ts';
import classes from './people-page.module.css';
import { PersonCard, type PersonDeed } from './person-card.tsx';
import { PersonForm } from './person-form.tsx';
import type { Asked } from './use-people.ts';

type Form = { readonly person: Person | null };

/** Everybody who is known, and what an engineer can do with each. */
export function PeopleSection(props: {
  readonly people: PeopleState;
  readonly list: Asked<readonly Person[]>;
  readonly onPrint: (people: readonly Person[]) => void;
}) {
  const { people, list, onPrint } = props;
  const t = useWords('people');
  const { value, problem, again } = list;
  const [form, setForm] = useState<Form | null>(null);
  const [asking, setAsking] = useState<{ readonly deed: 'erase' | 'retire'; readonly badge: string } | null>(null);
  const mayChange = people.open || (people.atWork?.may.includes('people') ?? false);
  const live = (value ?? []).filter(({ retiredAt }) => retiredAt === null);
  const does = (person: Person, deed: PersonDeed): void => {
    if (deed === 'change') setForm({ person });
    else if (deed === 'print') onPrint([person]);
    else setAsking({ deed, badge: person.badge });
  };
  return (
    <section className={classes['part']} aria-label={t('list')}>
      <Group justify="space-between">
        <h2 className={classes['heading']}>{t('list')}</h2>
        <Group gap="sm">
          {live.length > 0 && (
            <Button variant="default" onClick={() => onPrint(live)} data-print-all>
              {t('printAll')}
            </Button>
          )}
          {mayChange && (
            <Button onClick={() => setForm({ person: null })} data-add-person>
              {t('add')}
            </Button>
          )}
        </Group>
      </Group>
      {problem !== null && <ProblemCard problem={problem} action={{ label: t('again'), run: again }} />}
      {value === null && problem === null && <LoadingState text={t('loading')} />}
      {value?.length === 0 && <EmptyState title={t('none.title')} text={t('none.text')} />}
      <ul className={classes['list']} data-count={value?.length}>
        {value?.map((person) => (
          <li key={person.badge}>
            <PersonCard person={person} mayChange={mayChange} onDeed={(deed) => does(person, deed)} />
          </li>
        ))}
      </ul>
      {form !== null && (
        <PersonForm
          person={form.person}
          first={people.open}
          onClose={() => setForm(null)}
          onDone={() => {
            setForm(null);
            again();
          }}
        />
      )}
      <ForGood asking={asking} onClose={() => setAsking(null)} onDone={again} />
    </section>
  );
}

/** Asks before a name is erased or a badge is retired. */
function ForGood(props: {
  readonly asking: { readonly deed: 'erase' | 'retire'; readonly badge: string } | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { asking, onClose, onDone } = props;
  const t = useWords('people');
  const erase = useAction('person-erase-name');
  const retire = useAction('person-retire');
  const problem = erase.problem ?? retire.problem;
  const badge = asking?.badge ?? '';
  const isErase = asking?.deed === 'erase';
  async function run(): Promise<void> {
    if (asking === null) return;
    onClose();
    erase.clear();
    retire.clear();
    await (isErase ? erase.run({ badge }) : retire.run({ badge }));
    // A name may be erased and its file still be read elsewhere: the list tells.
    onDone();
  }
  return (
    <>
      {problem !== null && (
        <ProblemCard
          problem={problem}
          action={{
            label: t('close'),
            run: () => {
              erase.clear();
              retire.clear();
            },
          }}
        />
      )}
      <ConfirmDialog
        opened={asking !== null}
        title={isErase ? t('eraseTitle', { badge }) : t('retireTitle', { badge })}
        text={isErase ? t('eraseText') : t('retireText')}
        confirm={isErase ? t('erase') : t('retire')}
        onConfirm={() => void run()}
        onCancel={onClose}
      />
    </>
  );
}
