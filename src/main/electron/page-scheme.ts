import { randomBytes } from 'node:crypto';
import { type Protocol, protocol } from 'electron';
import { contentSecurityPolicy } from '../../shared/page-policy.ts';
import type { ScreenTools } from '../ports/station-host.ts';

const scheme = 'dps-station';

/** Origin of the page: nothing else may speak to the station. */
export const pageOrigin = `${scheme}://page`;
/** Address of the page. */
export const pageAddress = `${pageOrigin}/`;

/** Makes the page's scheme an ordinary, secure one. Must be called before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Headers of every answer: nothing is guessed, framed, referred to, or shared with another origin. */
const headers = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** A value that no page from elsewhere can guess, for one load (128 bits, as CSP asks for). */
export function freshNonce(): string {
  return randomBytes(16).toString('base64');
}

/** Serves the page's files, each load with a nonce of its own. */
export function servePage(on: Protocol, readPage: ScreenTools['readPage']): void {
  on.handle(scheme, async (request) => {
    const path = pathOf(request);
    const nonce = freshNonce();
    const file = path === null ? null : await readPage(path, nonce);
    if (file === null) return new Response('nothing here', { status: 404, headers });
    return new Response(new Uint8Array(file.body), {
      headers: { ...headers, 'Content-Type': file.type, 'Content-Security-Policy': contentSecurityPolicy(nonce) },
    });
  });
}

function pathOf(request: Request): string | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.host !== 'page') return null;
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
}
