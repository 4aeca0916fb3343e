import { z } from "zod";
import { Price, Volume } from "../decimals.ts";
import { Currency, InstrumentSymbol } from "../ids.ts";
import { command, event, type MessageOf, query } from "../messages.ts";

/** What is known of an instrument; names after MQL5's SymbolInfo properties. */
export const InstrumentSpecification = z
  .object({
    symbol: InstrumentSymbol,
    description: z.string().max(200).default(""),
    /** Digits after the point in its prices (SYMBOL_DIGITS). */
    digits: z.int().min(0).max(10),
    /** The smallest change of its price (SYMBOL_TRADE_TICK_SIZE). */
    tickSize: Price,
    /** Units of the base in one lot (SYMBOL_TRADE_CONTRACT_SIZE). */
    contractSize: Volume,
    volumeMin: Volume,
    volumeMax: Volume,
    volumeStep: Volume,
    baseCurrency: Currency,
    profitCurrency: Currency,
    marginCurrency: Currency,
  })
  .meta({ id: "InstrumentSpecification" });
export type InstrumentSpecification = z.output<typeof InstrumentSpecification>;

export const instrumentCommands = {
  /** Adds an instrument, or changes its specification where it differs. */
  DefineInstrument: command("DefineInstrument", InstrumentSpecification),
} as const;
export type InstrumentCommand = MessageOf<typeof instrumentCommands>;

export const instrumentEvents = {
  InstrumentDefined: event("InstrumentDefined", InstrumentSpecification),
} as const;
export type InstrumentEvent = MessageOf<typeof instrumentEvents>;

export const instrumentQueries = {
  instruments: query("instruments", z.object({}), z.object({ items: z.array(InstrumentSpecification) })),
  instrument: query("instrument", z.object({ symbol: InstrumentSymbol }), InstrumentSpecification),
} as const;
