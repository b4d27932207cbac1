import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createSimulatedOpener } from '../../../src/main/adapters/line/simulated-line.ts';
import { openSocketLine } from '../../../src/simulation/bench/socket-line.ts';

it('keeps what was said before anybody listened, as a terminal does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dps-line-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const line = await openSocketLine(join(folder, 'scanner'), () => {});
  onTestFinished(() => line.close());
  line.write(Buffer.from('SN000001;c89346aabbcc\r'));
  const opened = await createSimulatedOpener().open(line.path, { baudRate: 9_600 });
  if (!opened.ok) throw new Error(opened.problem.code);
  const heard = await new Promise<string>((resolve) => {
    let text = '';
    opened.value.onData((bytes) => {
      text += Buffer.from(bytes).toString('utf8');
      if (text.endsWith('\r')) resolve(text);
    });
  });
  expect(heard).toBe('SN000001;c89346aabbcc\r');
  await opened.value.close();
});
