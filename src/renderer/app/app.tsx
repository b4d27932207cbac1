import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { StationMirror } from '../station/station-mirror.ts';
import { StationContext } from '../station/use-station.ts';
import { cssVariables, theme } from '../ui/theme.ts';
import { CrashGuard } from './crash-guard.tsx';
import { Shell } from './shell.tsx';

/** The whole page: look, words, station, then the shell. */
export function App({ mirror, nonce }: { readonly mirror: StationMirror; readonly nonce: string }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={cssVariables}
      getStyleNonce={() => nonce}
    >
      <CrashGuard>
        <StationContext.Provider value={mirror}>
          <Notifications position="bottom-right" limit={3} />
          <Shell />
        </StationContext.Provider>
      </CrashGuard>
    </MantineProvider>
  );
}
