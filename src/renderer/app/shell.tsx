import { lazy, type ReactNode, Suspense, useRef } from 'react';
import { BarcodesPage } from '../features/barcodes/barcodes-page.tsx';
import { BenchPanelView } from '../features/bench/bench-panel.tsx';
import { BoardPage } from '../features/board/board-page.tsx';
import { ScanLine } from '../features/board/scan-line.tsx';
import { EnrollmentsPage } from '../features/enrollments/enrollments-page.tsx';
import { HelpPage } from '../features/help/help-page.tsx';
import { OrdersPage } from '../features/orders/orders-page.tsx';
import { OverviewPage } from '../features/overview/overview-page.tsx';
import { PeoplePage } from '../features/people/people-page.tsx';
import { QualityPage } from '../features/quality/quality-page.tsx';
import { QueuePage } from '../features/queue/queue-page.tsx';
import { RecordsPage } from '../features/records/records-page.tsx';
import { ReturnsPage } from '../features/returns/returns-page.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { UnitPage } from '../features/unit-card/unit-page.tsx';
import { useMirror } from '../station/use-station.ts';
import { useWords } from '../words/words.ts';
import { AbortDialog } from './abort-dialog.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { FocusGuard } from './focus-guard.tsx';
import { Header } from './header.tsx';
import { HostGate } from './host-gate.tsx';
import { NavRail } from './nav-rail.tsx';
import { PinDialog } from './pin-dialog.tsx';
import { RecallBanner } from './recall-banner.tsx';
import { useRoute } from './route.ts';
import classes from './shell.module.css';
import { Tour } from './tour.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { useHomeOfBadge } from './use-home-of-badge.ts';
import { useScans } from './use-scans.ts';

/** The drawing of charts is most of the page's size: it comes when it is wanted. */
const ChartsPage = lazy(async () => ({ default: (await import('../features/charts/charts-page.tsx')).ChartsPage }));

/** Header, navigation, the page of the moment, and what is heard and listened to on all of them. */
export function Shell() {
  const t = useWords('common');
  const scanField = useRef<HTMLInputElement | null>(null);
  useScans(scanField);
  useAnnouncements();
  useHomeOfBadge();
  return (
    <>
      <button type="button" className={classes['skip']} onClick={() => document.getElementById('main')?.focus()}>
        {t('skip')}
      </button>
      <Header />
      <ScanNews />
      <div className={classes['columns']}>
        <NavRail />
        <main id="main" className={classes['main']} tabIndex={-1}>
          <ConnectionBanner />
          <RecallBanner />
          <CurrentPage scanField={scanField} />
        </main>
        <BenchPanelView />
      </div>
      <AbortDialog />
      <PinDialog />
      <FocusGuard />
      <Tour />
    </>
  );
}

/** The board says it larger. */
function ScanNews() {
  const { page } = useRoute();
  const station = useMirror('station');
  const ownScans = page === 'quality' || page === 'returns';
  return station === null || page === 'board' ? null : <ScanLine station={station} ownScans={ownScans} />;
}

function CurrentPage({ scanField }: { readonly scanField: React.RefObject<HTMLInputElement | null> }): ReactNode {
  const { page, rest } = useRoute();
  const station = useMirror('station');
  if (page === 'settings') return <SettingsPage />;
  if (page === 'people') return <PeoplePage />;
  if (page === 'barcodes') return <BarcodesPage />;
  if (page === 'help') return <HelpPage code={rest} />;
  if (station === null) return <HostGate />;
  switch (page) {
    case 'orders':
      return <OrdersPage opened={rest} />;
    case 'quality':
      return <QualityPage opened={rest} />;
    case 'returns':
      return <ReturnsPage opened={rest} />;
    case 'overview':
      return <OverviewPage />;
    case 'queue':
      return <QueuePage view={rest} />;
    case 'records':
      return <RecordsPage />;
    case 'enrollments':
      return <EnrollmentsPage opened={rest} />;
    case 'unit':
      return <UnitPage key={rest} serial={rest} />;
    case 'charts':
      return (
        <Suspense fallback={null}>
          <ChartsPage />
        </Suspense>
      );
    default:
      return <BoardPage station={station} scanField={scanField} />;
  }
}
