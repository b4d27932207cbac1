import { BrowserWindow, dialog, screen } from 'electron';
import type { HostState } from '../../shared/host-state.ts';
import { pageAddress } from './page-scheme.ts';
import { keepWindowPlace, leastSize, readWindowPlace, type WindowPlace } from './window-memory.ts';

/** What windows of the station have in common. */
export type WindowOptions = {
  readonly preload: string;
  readonly icon: string;
  readonly memory: string; // file that keeps the size
  readonly devTools: boolean;
};

/** Opens a window on the station's page: sandboxed, isolated, without Node. */
export function openStationWindow(options: WindowOptions): BrowserWindow {
  const place = placeOnScreen(readWindowPlace(options.memory));
  const { x, y, width, height } = place ?? { width: 1280, height: 800 };
  const window = new BrowserWindow({
    width,
    height,
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    ...(x === undefined || y === undefined ? {} : { x, y }),
    show: false,
    icon: options.icon,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: options.devTools,
      // Slots go on when nobody looks; what the screen shows must not lag behind when somebody does.
      backgroundThrottling: false,
    },
  });
  window.on('page-title-updated', (event) => event.preventDefault());
  window.once('ready-to-show', () => {
    if (place?.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => keepWindowPlace(options.memory, placeOf(window)));
  comeBackFromCrashes(window);
  void window.loadURL(pageAddress);
  return window;
}

/** Says in the title that this is training: it must be seen on the task bar as well. */
export function titleOf(state: Pick<HostState, 'mode'>): string {
  return state.mode === 'training' ? 'TRAINING - DPS Station' : 'DPS Station';
}

function placeOf(window: BrowserWindow): WindowPlace {
  return { ...window.getNormalBounds(), maximized: window.isMaximized() };
}

/** A monitor may have gone since: only what can still be seen is kept. */
function placeOnScreen(place: WindowPlace | null): (Partial<WindowPlace> & { width: number; height: number }) | null {
  if (place === null) return null;
  const { workArea } = screen.getDisplayMatching(place);
  const seen =
    place.x < workArea.x + workArea.width - 100 &&
    place.x + place.width > workArea.x + 100 &&
    place.y >= workArea.y - 10 &&
    place.y < workArea.y + workArea.height - 100;
  const size = { width: Math.min(place.width, workArea.width), height: Math.min(place.height, workArea.height) };
  return seen ? { ...place, ...size } : { ...size, maximized: place.maximized };
}

/** The station goes on without its screen; the screen comes back once by itself and then when a person wants it. */
function comeBackFromCrashes(window: BrowserWindow): void {
  let crashedAt = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    process.stderr.write(`the page has ended (${reason}); the station goes on\n`);
    const again = performance.now() - crashedAt < 10_000;
    crashedAt = performance.now();
    if (!again) return window.webContents.reload();
    void dialog
      .showMessageBox(window, {
        type: 'error',
        message: 'The screen of DPS Station failed twice in a row.',
        detail: 'The station itself goes on working: units in work are finished, nothing is lost.',
        buttons: ['Show it again'],
      })
      .then(() => {
        if (!window.isDestroyed()) window.webContents.reload();
      });
  });
}
