import { z } from "zod";
import { InstrumentSymbol } from "../ids.ts";
import { Report, Snapshot } from "./expert-messages.ts";

/** What an expert told, with what its bridge knows of it: as it is stored on the bus. Whose it is stands in the subject. */
export const Evidence = z.object({
  terminal: z.object({ server: z.string(), login: z.int() }),
  /** Names the connection that it came by: another one is a reconnection. */
  session: z.string(),
  marginMode: z.enum(["netting", "exchange", "hedging"]),
  /** Our symbol for each of the broker's names that the terminal maps. */
  symbols: z.record(z.string(), InstrumentSymbol),
  /** When the bridge took it: milliseconds since the epoch, by the bridge's clock. */
  receivedAtMsc: z.int(),
  message: z.discriminatedUnion("type", [Report, Snapshot]),
});
export type Evidence = z.output<typeof Evidence>;
