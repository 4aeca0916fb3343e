import { z } from "zod";
import { Price } from "../decimals.ts";

/** The quote at which something was decided: doubles of the tick, written as decimals of the instrument's digits. */
export const QuoteUsed = z.object({ bid: Price, ask: Price, timeMsc: z.int() });
export type QuoteUsed = z.output<typeof QuoteUsed>;
