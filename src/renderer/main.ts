import { z } from 'zod';

/*
 * Before any schema is made: zod would otherwise try whether it may compile code, which the page's policy forbids and
 * reports. The page itself is loaded after that, because a bundler may put schemas into a chunk that runs before the
 * modules of the file that imports it.
 */
z.config({ jitless: true });
await import('./page.tsx');
