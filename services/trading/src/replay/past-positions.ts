import type { AccountEvent, DataOf, ExecutionId, Side } from "@tradesage/contracts";
import { keyOf } from "../account/position-name.ts";

type Ended = DataOf<AccountEvent, "PositionReduced" | "PositionClosed">;

/** Of which side the positions of a history are by now, and which of them close each other. */
export interface PastPositions {
  /** Takes the next event. The second of the two in which positions closed each other gives both, as they were told. */
  take(event: AccountEvent): readonly [Ended, Ended] | undefined;
  sideOf(position: Parameters<typeof keyOf>[0]): Side | undefined;
  /** Whether an order was filled in it; else an opposite position closed another. */
  isFilled(executionId: ExecutionId): boolean;
}

export function createPastPositions(): PastPositions {
  const sides = new Map<string, Side>();
  const fills = new Set<ExecutionId>();
  let first: Ended | undefined;
  return {
    sideOf: (position) => sides.get(keyOf(position)),
    isFilled: (executionId) => fills.has(executionId),
    take(event) {
      if (event.type === "OrderFilled") fills.add(event.data.executionId);
      if (event.type === "PositionOpened" || event.type === "PositionReconciled")
        sides.set(keyOf(event.data), event.data.side);
      if (event.type === "PositionClosed" || event.type === "PositionVanished") sides.delete(keyOf(event.data));
      // What ends without a fill was closed by an opposite position.
      if (event.type !== "PositionReduced" && event.type !== "PositionClosed") return undefined;
      if (fills.has(event.data.executionId)) return undefined;
      const before = first;
      const isPair = before?.symbol === event.data.symbol && before.side !== event.data.side;
      first = isPair ? undefined : event.data;
      return isPair ? [before, event.data] : undefined;
    },
  };
}
