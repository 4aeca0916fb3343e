import { z } from "zod";
import { InstrumentSymbol } from "../ids.ts";
import { TickQuality } from "../terminal/tick-quality.ts";

const count = z.int().min(0);
const doubts = Object.fromEntries(Object.keys(TickQuality).map((doubt) => [doubt, count])) as Record<
  keyof typeof TickQuality,
  typeof count
>;

/** How good the ticks of an instrument were on a day. Loss inside the terminal and loss on the link are two things. */
export const TickQualityDay = z
  .object({
    symbol: InstrumentSymbol,
    /** Of the ticks' own time, UTC: `2014-05-08`. */
    day: z.iso.date(),
    /** Ticks that the bridge took and stored, the doubted ones among them. Imported history is not counted. */
    ticks: count,
    /** Of these, how many are doubted for each reason; a tick may have several. */
    doubts: z.object(doubts),
    /** Ticks that came again and were dropped. */
    repeats: count,
    /** Ticks that the terminal says it lost. */
    lostInTerminal: count,
    /** Batches that never arrived over the link. */
    missingBatches: count,
  })
  .meta({ id: "TickQualityDay" });
export type TickQualityDay = z.output<typeof TickQualityDay>;
