import { z } from 'zod';
import { problemSchema } from './job.ts';
import { modeSchema, settingsSchema, vaultSettingsSchema } from './settings.ts';

/** The settings as a page may see them: names of secrets and whether they are there, never a value. */
export const settingsViewSchema = z.strictObject({
  settings: settingsSchema,
  /** Hash of the settings as read: whoever saves says which ones were changed. */
  revision: z.string(),
  secrets: z.array(z.strictObject({ mode: modeSchema, name: z.string(), present: z.boolean() })),
  /** Where the secrets of production are. Training always has the plain file. */
  vault: z.strictObject({
    backend: vaultSettingsSchema.shape.backend,
    acceptedBy: z.string().nullable(),
    /** Why nothing can be had from it or put into it now. */
    problem: problemSchema.nullable(),
    /** Whether the operating system offers a keyring to this door. */
    keyring: z.boolean(),
  }),
  recipes: z.array(z.string()), // that the station ships with
  ports: z.array(z.strictObject({ path: z.string(), about: z.string() })),
});
/** See {@link settingsViewSchema}. */
export type SettingsView = z.infer<typeof settingsViewSchema>;
