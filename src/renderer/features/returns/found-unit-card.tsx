import { Button, Group } from '@mantine/core';
import type { UnitCard } from '../../../shared/records.ts';
import type { FoundUnit } from '../../../shared/returns.ts';
import { addressOf } from '../../ui/addresses.ts';
import { outcomeKind, Signed } from '../../ui/outcome.tsx';
import { useTimes } from '../../ui/times.ts';
import { useWords } from '../../words/words.ts';
import classes from './returns-page.module.css';

/** A unit that was found, with what is known of it. `card`: its books, once they are here. */
export function FoundUnitCard(props: {
  readonly unit: FoundUnit;
  readonly card: UnitCard | null;
  readonly action: { readonly label: string; run(): void };
  readonly chosen: boolean;
}) {
  const { unit, card, action, chosen } = props;
  const t = useWords('returns');
  const facts = [
    ['registrationId', unit.registrationId],
    ['hardwareId', unit.hardwareId],
    ['mac', unit.mac],
    ['instance', unit.instance],
    ['recipe', unit.recipe],
  ] as const;
  return (
    <article className={classes['unit']} data-unit={unit.serial} data-chosen={chosen} aria-label={unit.serial}>
      <Group justify="space-between">
        <h2 className={classes['serial']}>{unit.serial}</h2>
        <Group gap="sm">
          <a className={classes['link']} href={addressOf('unit', unit.serial)}>
            {t('unit.card')}
          </a>
          <Button variant={chosen ? 'default' : 'filled'} onClick={action.run} data-take={unit.serial}>
            {action.label}
          </Button>
        </Group>
      </Group>
      <Identity unit={unit} />
      <dl className={classes['facts']}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`unit.${name}`)}</dt>
            <dd data-fact={name}>{value ?? '–'}</dd>
          </div>
        ))}
        {card !== null && <LastWork card={card} />}
      </dl>
      {unit.returnId !== null && (
        <p className={classes['line']}>
          <Signed kind="work">{t('unit.open')}</Signed>
          <a className={classes['link']} href={addressOf('returns', unit.returnId)} data-open-return={unit.returnId}>
            {t('unit.toReturn')}
          </a>
        </p>
      )}
    </article>
  );
}

function Identity({ unit }: { readonly unit: FoundUnit }) {
  const t = useWords('returns');
  const { shortDateTime } = useTimes();
  const { live, provedAt } = unit;
  return (
    <p className={classes['line']} data-live={live}>
      {!live ? (
        <Signed kind="check">{t('unit.noIdentity')}</Signed>
      ) : provedAt === null ? (
        <Signed kind="work">{t('unit.unproved')}</Signed>
      ) : (
        <Signed kind="pass">{t('unit.proved', { at: shortDateTime(provedAt) })}</Signed>
      )}
    </p>
  );
}

/** How the newest attempt ended, and for which order it was made. */
function LastWork({ card }: { readonly card: UnitCard }) {
  const t = useWords('returns');
  const unit = useWords('unit');
  const { shortDateTime } = useTimes();
  const latest = card.jobs[0]?.job;
  if (latest === undefined) return null;
  const outcome = latest.state.step === 'done' ? latest.state.outcome : null;
  return (
    <>
      <div>
        <dt>{t('unit.last')}</dt>
        <dd data-fact="last">
          <Signed kind={outcomeKind(outcome)}>
            {unit(`verdict.${outcome ?? 'running'}`)} · {shortDateTime(latest.startedAt)}
          </Signed>
        </dd>
      </div>
      <div>
        <dt>{t('unit.order')}</dt>
        <dd data-fact="order">{latest.order ?? '–'}</dd>
      </div>
      <div>
        <dt>{t('unit.attempts')}</dt>
        <dd data-fact="attempts">{card.jobs.length}</dd>
      </div>
    </>
  );
}
