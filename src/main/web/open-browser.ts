import { spawn } from 'node:child_process';

/**
 * Opens the address in the person's browser where there is a display; elsewhere the printed address has to do. The token
 * in it is used up by that browser, so its brief life in a process list opens nothing later.
 */
export function openBrowser(address: string): void {
  const command = opener();
  if (command === null) return;
  const child = spawn(command[0] ?? '', [...command.slice(1), address], { detached: true, stdio: 'ignore' });
  // No browser: the address has been printed.
  child.on('error', () => {});
  child.unref();
}

function opener(): readonly string[] | null {
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  if (process.platform === 'darwin') return ['open'];
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  return display === undefined || display === '' ? null : ['xdg-open'];
}
