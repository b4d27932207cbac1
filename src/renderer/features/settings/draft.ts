import type { z } from 'zod';
import type { Settings } from '../../../shared/settings.ts';

/** Settings while somebody types: any field may be missing or wrong. */
export type Draft = { readonly [Name in keyof Settings]?: unknown };

/** Complaints that the schema words itself, in the language in use: an ID scope that is missing, one of another form. */
export type OwnComplaints = { readonly needed: string; readonly form: string };

/** The first complaint per field, by its path with dots. */
export function errorsOf(error: z.ZodError, own: OwnComplaints): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) errors[issue.path.join('.')] ??= ownComplaint(issue, own) ?? issue.message;
  return errors;
}

function ownComplaint({ path, code }: z.core.$ZodIssue, own: OwnComplaints): string | null {
  if (path.at(-1) !== 'idScope') return null;
  if (code === 'custom') return own.needed;
  return code === 'invalid_format' ? own.form : null;
}
