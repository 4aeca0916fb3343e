import { z } from "zod";
import { Money, Volume } from "../decimals.ts";
import { AccountId, Currency, ExecutionId, InstrumentSymbol, OrderId } from "../ids.ts";
import { command, event } from "../messages.ts";

/** In hedging with the id of the order that opened it. */
const position = { accountId: AccountId, symbol: InstrumentSymbol, positionId: OrderId.optional() };
/** A night, by the date of the day that it begins on, on the instrument's clock. */
const night = z.iso.date();

export const swapCommands = {
  /** Sent when a day ends: a position that `openedBy` opened was held into this night. */
  ChargeSwap: command("ChargeSwap", z.object({ ...position, openedBy: ExecutionId, night })),
} as const;

export const swapEvents = {
  /** `amount` is what the night earned `volume`, negative where it cost; it counted `nights` times. */
  SwapCharged: event(
    "SwapCharged",
    z.object({ ...position, volume: Volume, night, nights: z.int(), amount: Money, currency: Currency }),
  ),
} as const;
