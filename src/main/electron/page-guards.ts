import { type App, type Session, session, type WebContents } from 'electron';
import type { ScreenTools } from '../ports/station-host.ts';
import { pageAddress, pageOrigin, servePage } from './page-scheme.ts';

/** Puts the guards on the session of all pages, and serves the station's page in it. For an app that is ready. */
export function guardSession(readPage: ScreenTools['readPage']): void {
  const pages = session.defaultSession;
  servePage(pages.protocol, readPage);
  denyPermissions(pages);
  keepOffTheNetwork(pages);
  pages.setSpellCheckerEnabled(false);
  // What the page makes itself (an export) is saved by the ordinary dialog; nothing else is.
  pages.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) event.preventDefault();
  });
}

function denyPermissions(pages: Session): void {
  pages.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  pages.setPermissionCheckHandler(() => false);
  pages.setDevicePermissionHandler(() => false);
  // The page sees no devices: lines and scanners are the station's.
  pages.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault();
    choose('');
  });
  pages.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  pages.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
}

/** A second net under the page's policy: requests of pages end here whatever a page has been talked into. */
function keepOffTheNetwork(pages: Session): void {
  const allowed = [`${pageOrigin}/`, `blob:${pageOrigin}/`, 'data:', 'devtools:'];
  pages.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !allowed.some((start) => url.startsWith(start)) });
  });
}

/** Refuses navigation, new windows and web views in every page that ever comes into being. */
export function guardContents(app: App): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => {
      // A reload is a navigation to where the page already is, on whichever of its pages.
      const [address] = event.url.split('#');
      if (!(event.isMainFrame && address === pageAddress)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
  });
}
