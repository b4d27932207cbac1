import { z } from 'zod';

/**
 * What a simulated line without a terminal is: a regular file, named as the link of a real one would be, that says
 * where the board's socket listens. Whoever connects gets one byte first: {@link lineGranted}, and from then on the
 * board's own bytes, or {@link lineInUse} and the end. The socket is there while the board is plugged.
 */
export const simulatedLineSchema = z.strictObject({
  schema: z.literal('dps-station/simulated-line/1'),
  socket: z.string().min(1), // path of a Unix socket, `\\.\pipe\name` on Windows
});
/** See {@link simulatedLineSchema}. */
export type SimulatedLine = z.infer<typeof simulatedLineSchema>;

/** First byte to who has the line now (ASCII ACK). */
export const lineGranted = 0x06;
/** First byte to who does not get it, because somebody else has it (ASCII NAK). */
export const lineInUse = 0x15;
