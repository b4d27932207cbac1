import { type IpcMainEvent, ipcMain, type WebContents } from 'electron';
import type { Link } from '../../shared/link/link.ts';
import { type Handlers, serve } from '../../shared/link/serve.ts';
import { pageOrigin } from './page-scheme.ts';

/** One channel each way; `src/preload/index.ts` knows the same two names. */
const toStation = 'dps-station:to-station';
const toPage = 'dps-station:to-page';

/** Lets the pages of windows speak the contract. */
export type PageLinks = {
  /** From now on the main frame of this page is heard, at our origin only. */
  admit(contents: WebContents): void;
};

type OpenLink = { readonly load: string; readonly link: Link; hear(message: unknown): void; close(): void };

/** Serves the contract to admitted pages: one link per load, closed when the page reloads, crashes or goes. */
export function openPageLinks(handlers: Handlers, onBug: (error: unknown) => void): PageLinks {
  const open = new Map<WebContents, OpenLink | null>();
  const lastLoad = new WeakMap<WebContents, string>();

  const close = (contents: WebContents): void => {
    open.get(contents)?.close();
    if (open.has(contents)) open.set(contents, null);
  };

  ipcMain.on(toStation, (event, load: unknown, message: unknown) => {
    const { sender } = event;
    if (!isOurPage(event) || !open.has(sender) || typeof load !== 'string') return;
    let current = open.get(sender);
    if (current?.load !== load) {
      // What a load says after its end reaches nobody.
      if (lastLoad.get(sender) === load) return;
      close(sender);
      current = pageLink(sender, load);
      open.set(sender, current);
      lastLoad.set(sender, load);
      serve(current.link, handlers, onBug);
    }
    current.hear(message);
  });

  return {
    admit: (contents) => {
      open.set(contents, null);
      contents.on('did-navigate', () => close(contents));
      contents.on('render-process-gone', () => close(contents));
      contents.once('destroyed', () => {
        close(contents);
        open.delete(contents);
      });
    },
  };
}

/** Only the main frame of a page at our origin is the station's own page. */
function isOurPage({ senderFrame, sender }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && senderFrame.origin === pageOrigin;
}

function pageLink(contents: WebContents, load: string): OpenLink {
  const listeners = new Set<(message: unknown) => void>();
  const closers = new Set<() => void>();
  let closed = false;
  const link: Link = {
    send: (message) => {
      if (!closed && !contents.isDestroyed() && !contents.isCrashed()) contents.send(toPage, load, message);
    },
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose: (listener) => {
      if (closed) listener();
      else closers.add(listener);
      return () => closers.delete(listener);
    },
  };
  return {
    load,
    link,
    hear: (message) => {
      for (const listener of [...listeners]) listener(message);
    },
    close: () => {
      if (closed) return;
      closed = true;
      for (const listener of [...closers]) listener();
    },
  };
}
