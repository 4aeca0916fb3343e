import { refuse } from "@tradesage/contracts";
import type { Account, OpenPosition } from "./account.ts";
import { keyOf, type Named } from "./position-name.ts";

export function heldOf({ positions }: Account, named: Named): OpenPosition | undefined {
  const held = positions.get(keyOf(named));
  return held?.symbol === named.symbol && held.positionId === named.positionId ? held : undefined;
}

/** @throws Refused POSITION_MODE_FORBIDS, POSITION_NOT_FOUND */
export function positionOf(account: Account, named: Named): OpenPosition {
  mustBeNamedAs(account, named);
  const { symbol, positionId } = named;
  return (
    heldOf(account, named) ??
    refuse("POSITION_NOT_FOUND", undefined, { symbol, ...(positionId !== undefined && { positionId }) })
  );
}

/** A hedging account has many positions in an instrument, a netting one at most one. @throws Refused POSITION_MODE_FORBIDS */
function mustBeNamedAs({ mode }: Account, { positionId }: Named): void {
  if ((mode === "hedging") === (positionId !== undefined)) return;
  const detail = mode === "hedging" ? "name the position by its positionId" : "a netting account's position has no id";
  refuse("POSITION_MODE_FORBIDS", detail, { mode });
}
