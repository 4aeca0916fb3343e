import { z } from "zod";
import { Decimal, Money, Volume } from "../decimals.ts";
import { AccountId, Currency, ExecutionId, InstrumentSymbol, OrderId } from "../ids.ts";
import { command, event } from "../messages.ts";
import { SwapMode } from "./instrument-specification.ts";
import { QuoteUsed } from "./quote-used.ts";
import { Daily } from "./risk-rules.ts";

/** In hedging with the id of the order that opened it. */
const position = { accountId: AccountId, symbol: InstrumentSymbol, positionId: OrderId.optional() };
/** A night, by the date of the day that ends as it begins. */
const night = z.iso.date();
/** When it began, and by which setting of the tenant; none: at midnight by the instrument's own clock. */
const began = { at: z.iso.datetime(), rollover: Daily.optional() };

export const swapCommands = {
  /** Sent when a day ends: a position that `openedBy` opened was held into this night. */
  ChargeSwap: command("ChargeSwap", z.object({ ...position, openedBy: ExecutionId, night, ...began })),
} as const;

export const swapEvents = {
  /** `amount` is what the night earned `volume`, negative where it cost; it counted `nights` times. */
  SwapCharged: event(
    "SwapCharged",
    z.object({
      ...{ ...position, volume: Volume, night, nights: z.int(), amount: Money, currency: Currency },
      /** What it was decided by: when the night began, the instrument's swap, and the prices. */
      decidedBy: z.object({ ...began, swapMode: SwapMode, swap: Decimal, quote: QuoteUsed }).optional(),
    }),
  ),
} as const;
