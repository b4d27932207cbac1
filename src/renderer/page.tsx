import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/app.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { openPageLink } from './station/page-link.ts';
import { createStationMirror } from './station/station-mirror.ts';
import { startWords } from './words/words.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
setNonce(nonce);

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
const mirror = createStationMirror(openPageLink);
await startWords();
// Whoever opened the window wants to work in it: some window managers leave the page without the focus until told.
window.focus();
createRoot(root).render(
  <StrictMode>
    <App mirror={mirror} nonce={nonce} />
  </StrictMode>,
);
