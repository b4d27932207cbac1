import type { z } from 'zod';
import type { Settings } from '../../../shared/settings.ts';

/** Settings while somebody types: any field may be missing or wrong. */
export type Draft = { readonly [Name in keyof Settings]?: unknown };

/** The first complaint per field, by its path with dots. */
export function errorsOf(error: z.ZodError): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) errors[issue.path.join('.')] ??= issue.message;
  return errors;
}
