import { z } from 'zod';
import { benchBoardSchema, boardFaultSchema } from './bench.ts';

/** A board on the tray with the label that sticks on it. */
export const trayBoardSchema = z.strictObject({ ...benchBoardSchema.shape, serial: z.string(), label: z.string() });
/** See {@link trayBoardSchema}. */
export type TrayBoard = z.infer<typeof trayBoardSchema>;

/** The embedded bench as its panel shows it. */
export const benchPanelSchema = z.strictObject({
  tray: z.array(trayBoardSchema),
  slots: z.int(),
  networkCut: z.boolean(),
  /** The bench works by itself: units still to come, of how many. */
  working: z.strictObject({ left: z.int(), total: z.int() }).nullable(),
});
/** See {@link benchPanelSchema}. */
export type BenchPanel = z.infer<typeof benchPanelSchema>;

/** What hands do at the bench. */
export const benchDeedSchema = z.discriminatedUnion('deed', [
  z.strictObject({ deed: z.literal('scan'), board: z.string() }), // its label, with the bench's scanner
  z.strictObject({ deed: z.literal('plug'), board: z.string() }), // into the first free place
  z.strictObject({ deed: z.literal('unplug'), board: z.string() }),
  z.strictObject({
    deed: z.literal('press'),
    board: z.string(),
    buttons: z.enum(['enter-configuration', 'enter-ap', 'reset']),
  }),
  z.strictObject({ deed: z.literal('fault'), board: z.string(), fault: boardFaultSchema }),
  z.strictObject({ deed: z.literal('network'), cut: z.boolean() }),
  z.strictObject({ deed: z.literal('new-tray') }), // another tray of fresh boards
  z.strictObject({ deed: z.literal('work') }), // the bench works through the tray by itself
  z.strictObject({ deed: z.literal('rest') }), // and stops doing so
]);
/** See {@link benchDeedSchema}. */
export type BenchDeed = z.infer<typeof benchDeedSchema>;
