import type { AccountEvent } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import { unclaimed } from "../account/reducible.ts";
import { text, zero } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";

export interface ForcedClose {
  /** Names the orders. */
  readonly assessment: string;
  readonly at: Moment;
}

/** The market orders that close what of these positions no other order that reduces closes already. */
export function closing(
  account: Account,
  keys: readonly string[],
  forced: "loss_rule" | "stop_out",
  { assessment }: ForcedClose,
): AccountEvent[] {
  const { accountId } = account;
  return keys.flatMap((key, index): AccountEvent[] => {
    const held = account.positions.get(key);
    if (!held) return [];
    const { symbol, positionId } = held;
    const side = held.side === "buy" ? "sell" : "buy";
    // Orders that rest may never be filled: they claim nothing of what must be closed now.
    const volume = unclaimed(
      account,
      { symbol, side, positionId },
      ({ kind, reduceOnly }) => reduceOnly && kind === "market",
    );
    if (volume.lte(zero)) return [];
    const named = { symbol, ...(positionId !== undefined && { positionId }) };
    const order = { accountId, orderId: `${assessment}-${index}`, ...named, side, volume: text(volume) } as const;
    return [{ type: "OrderPlaced", data: { ...order, kind: "market", reduceOnly: true, forced, margin: "0.00" } }];
  });
}
