import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';

/** Channel to the station; `src/main/electron/page-links.ts` knows the same two names. */
const toStation = 'dps-station:to-station';
const toPage = 'dps-station:to-page';

/** Tells this load of the page from the one before and after it: answers to another load are not for this one. */
const load = crypto.randomUUID();

contextBridge.exposeInMainWorld('dpsStation', {
  send: (message: unknown): void => ipcRenderer.send(toStation, load, message),
  onMessage: (listener: (message: unknown) => void): (() => void) => {
    const hear = (_event: IpcRendererEvent, to: unknown, message: unknown): void => {
      if (to === load) listener(message);
    };
    ipcRenderer.on(toPage, hear);
    return () => void ipcRenderer.off(toPage, hear);
  },
});
