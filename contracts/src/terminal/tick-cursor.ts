import { z } from "zod";

/** A tick's place in its feed: UTC milliseconds since the epoch, and its place among the ticks of that millisecond. */
export const TickCursor = z.object({ timeMsc: z.int(), ordinal: z.int() });
export type TickCursor = z.output<typeof TickCursor>;
