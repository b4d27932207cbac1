import { useMirror } from '../station/use-station.ts';
import { addressOf } from '../ui/addresses.ts';
import {
  BarcodeIcon,
  BoardIcon,
  ChartsIcon,
  EnrollmentsIcon,
  HelpIcon,
  QueueIcon,
  RecordsIcon,
  SettingsIcon,
} from '../ui/icons.tsx';
import { useWords } from '../words/words.ts';
import classes from './nav-rail.module.css';
import { useRoute } from './route.ts';

const entries = [
  ['board', BoardIcon],
  ['queue', QueueIcon],
  ['records', RecordsIcon],
  ['enrollments', EnrollmentsIcon],
  ['charts', ChartsIcon],
  ['barcodes', BarcodeIcon],
  ['settings', SettingsIcon],
  ['help', HelpIcon],
] as const;

/** The pages; what needs a person is counted at the queue. */
export function NavRail() {
  const t = useWords('common');
  const { page } = useRoute();
  const queue = useMirror('queue');
  const here = page === 'unit' ? 'records' : page;
  return (
    <nav className={`${classes['rail']} no-print`} aria-label={t('nav.label')}>
      {entries.map(([name, Icon]) => (
        <a
          key={name}
          href={addressOf(name)}
          className={classes['entry']}
          aria-current={name === here ? 'page' : undefined}
        >
          <Icon size={30} />
          <span>{t(`nav.${name}`)}</span>
          {name === 'queue' && (queue?.parked ?? 0) > 0 && <span className={classes['count']}>{queue?.parked}</span>}
        </a>
      ))}
    </nav>
  );
}
