import { SerialPort } from 'serialport';
import type { BenchControl } from '../../src/main/bench/bench-control.ts';
import type { BenchReady } from '../../src/shared/bench.ts';

/**
 * The same dialogue with a board, by a script without station, books or queue: what board, line and bench need by
 * themselves. Measured beside the station in one run.
 */
export async function bareDialogue(
  control: BenchControl,
  ready: BenchReady,
  board: string,
  slot: number,
): Promise<void> {
  const plugged = await control.call('plug', { board, slot });
  const port = new SerialPort({ path: plugged.path ?? '', baudRate: 115_200, hupcl: false, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  let heard = '';
  let wake = (): void => {};
  port.on('data', (bytes: Buffer) => {
    heard += bytes.toString('latin1');
    wake();
  });
  const until = (text: string): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        if (heard.includes(text) && heard.endsWith('\r\n# ')) resolve();
      };
      wake();
    });
  const command = (line: string, answer: string): Promise<void> => {
    heard = '';
    port.write(`${line}\r`);
    return until(answer);
  };
  await control.call('press', { board, buttons: 'enter-configuration' });
  await until('set_dps_uds');
  await command('version', 'DevKitSDK version');
  await command(`set_wifissid "${ready.wifi.ssid}"`, 'SSID successfully');
  await command('set_wifipwd "training-bench"', 'password successfully');
  await command(`set_dps_uds ${'5a'.repeat(32)}`, 'UDS successfully');
  heard = '';
  port.write('exit\r');
  await new Promise<void>((resolve) => {
    wake = () => heard.includes('Reboot\r\n') && resolve();
    wake();
  });
  await new Promise<void>((resolve) => port.close(() => resolve()));
  await control.call('unplug', { board });
}
