import { type AccountCommand, type AccountEvent, type DataOf, refuse } from "@tradesage/contracts";
import { smaller, text } from "../calculation/decimal.ts";
import { instrumentOf, type Moment } from "../calculation/market.ts";
import type { Account, OpenPosition } from "./account.ts";
import { evolve } from "./evolve.ts";
import { reducedBy } from "./hedging.ts";
import { positionOf } from "./position-of.ts";

type ClosePositionBy = DataOf<AccountCommand, "ClosePositionBy">;

/**
 * Two opposite positions of one instrument close each other, as far as the smaller goes: the first at the price at which
 * the other was opened, and that one for nothing; no spread is paid. Source: MetaTrader 5 Help, "Close By".
 * @throws Refused POSITION_MODE_FORBIDS, POSITION_NOT_FOUND, NOT_OPPOSITE
 */
export function closePositionBy(account: Account, close: ClosePositionBy, moment: Moment): AccountEvent[] {
  const { symbol, executionId } = close;
  const [held, other] = mustBeOpposite(account, close);
  const instrument = instrumentOf(moment, symbol);
  const fill = { executionId, volume: smaller(held.volume, other.volume), price: text(other.averagePrice) };
  const first = reducedBy(account, held, fill, instrument, moment);
  const after = evolve(account, first) ?? account;
  return [first, reducedBy(after, other, fill, instrument, moment)];
}

/** Both positions. @throws Refused POSITION_MODE_FORBIDS, POSITION_NOT_FOUND, NOT_OPPOSITE */
export function mustBeOpposite(
  account: Account,
  { symbol, positionId, by }: Omit<ClosePositionBy, "executionId">,
): readonly [OpenPosition, OpenPosition] {
  const [held, other] = [positionOf(account, { symbol, positionId }), positionOf(account, { symbol, positionId: by })];
  if (held.side === other.side) return refuse("NOT_OPPOSITE", undefined, { positionId, by, side: held.side });
  return [held, other];
}
