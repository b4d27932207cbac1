import { Menu, type MenuItemConstructorOptions } from 'electron';

/** The menu: what a window needs and nothing more. Tools for developers only where the app is not packaged. */
export function setMenu(options: { readonly devTools: boolean; readonly onNewWindow: () => void }): void {
  const file: MenuItemConstructorOptions[] = [
    { label: 'New Window', accelerator: 'CmdOrCtrl+N', click: () => options.onNewWindow() },
    { role: 'close' },
    { type: 'separator' },
    { role: 'quit' },
  ];
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(options.devTools ? [{ type: 'separator' } as const, { role: 'toggleDevTools' } as const] : []),
  ];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
      { label: 'File', submenu: file },
      { role: 'editMenu' },
      { label: 'View', submenu: view },
    ]),
  );
}
