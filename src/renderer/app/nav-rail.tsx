import { useMirror } from '../station/use-station.ts';
import { addressOf } from '../ui/addresses.ts';
import {
  BadgeIcon,
  BarcodeIcon,
  BoardIcon,
  ChartsIcon,
  EnrollmentsIcon,
  HelpIcon,
  OrderIcon,
  OverviewIcon,
  QualityIcon,
  QueueIcon,
  RecordsIcon,
  ReturnsIcon,
  SettingsIcon,
} from '../ui/icons.tsx';
import { useWords } from '../words/words.ts';
import { isOffered } from './modes.ts';
import classes from './nav-rail.module.css';
import { useRoute } from './route.ts';

const entries = [
  ['board', BoardIcon],
  ['overview', OverviewIcon],
  ['orders', OrderIcon],
  ['quality', QualityIcon],
  ['returns', ReturnsIcon],
  ['queue', QueueIcon],
  ['records', RecordsIcon],
  ['enrollments', EnrollmentsIcon],
  ['charts', ChartsIcon],
  ['barcodes', BarcodeIcon],
  ['people', BadgeIcon],
  ['settings', SettingsIcon],
  ['help', HelpIcon],
] as const;

/** The pages that the mode of the person at work has; what needs a person is counted at the queue. */
export function NavRail() {
  const t = useWords('common');
  const { page } = useRoute();
  const queue = useMirror('queue');
  const people = useMirror('people');
  const here = page === 'unit' ? 'records' : page;
  return (
    <nav className={`${classes['rail']} no-print`} aria-label={t('nav.label')}>
      {entries
        .filter(([name]) => isOffered(name, people))
        .map(([name, Icon]) => (
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
