import { places } from './compose-places.ts';
import { screenTools } from './compose-screen.ts';
import { startProgramsWith } from './compose-simulation.ts';
import { offerSystemKeyring } from './compose-vault.ts';
import { askedBy, wordsOf } from './electron/arguments.ts';
import { systemKeyring } from './electron/system-keyring.ts';
import { openTerminalDoor } from './electron/terminal-door.ts';
import { startUtilityProgram } from './electron/utility-program.ts';
import { openWindowDoor } from './electron/window-door.ts';

/* The Electron door: a window, or one command of the terminal when its name is the first word. */
const asked = askedBy(wordsOf(process.argv, process.defaultApp === true));
startProgramsWith(startUtilityProgram);

if (asked.door === 'terminal') {
  void openTerminalDoor(asked.words, async () => {
    const { finished } = await import('./cli.ts');
    await finished;
  });
} else {
  offerSystemKeyring(systemKeyring);
  openWindowDoor({
    tools: screenTools,
    dataFolder: asked.dataFolder ?? screenTools.defaultDataFolder(),
    preload: places.preload,
    icon: places.icon,
  });
}
