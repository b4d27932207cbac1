import { z } from 'zod';
import { modeSchema, settingsSchema } from './settings.ts';

/** The settings as a page may see them: names of secrets and whether they are there, never a value. */
export const settingsViewSchema = z.strictObject({
  settings: settingsSchema,
  secrets: z.array(z.strictObject({ mode: modeSchema, name: z.string(), present: z.boolean() })),
  vault: z.string(), // kind of the vault, for people
  recipes: z.array(z.string()), // that the station ships with
  ports: z.array(z.strictObject({ path: z.string(), about: z.string() })),
});
/** See {@link settingsViewSchema}. */
export type SettingsView = z.infer<typeof settingsViewSchema>;
