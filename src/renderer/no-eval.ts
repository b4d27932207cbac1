import { z } from 'zod';

/* Imported before any schema is made: zod would otherwise try whether it may compile code, which the page's policy forbids and reports. */
z.config({ jitless: true });
