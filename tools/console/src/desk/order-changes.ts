import type { OrderView, PositionView } from "@tradesage/contracts";
import type { InputOf } from "@tradesage/contracts/http";

/** What may be changed of an order that waits: as it was typed, empty where it has none. */
export interface OrderTerms {
  readonly volume: string;
  readonly limitPrice: string;
  readonly stopPrice: string;
  /** How far its stop trails behind the market. */
  readonly distance: string;
  /** Local time, as `datetime-local` writes it. */
  readonly until: string;
}
type OrderChanges = Omit<InputOf<"modifyOrder">, "accountId" | "orderId">;

export const termsOf = ({ volume, limitPrice, stopPrice, trailing, expiresAt }: OrderView): OrderTerms => ({
  volume,
  limitPrice: limitPrice ?? "",
  stopPrice: trailing === undefined ? (stopPrice ?? "") : "",
  distance: trailing?.distance ?? "",
  until: expiresAt === undefined ? "" : localTime(expiresAt),
});

/** What of it is different now; undefined where nothing is. */
export function changesOf(order: OrderView, written: OrderTerms): OrderChanges | undefined {
  const before = termsOf(order);
  const isNew = (name: keyof OrderTerms) => written[name] !== "" && written[name] !== before[name];
  const changes = {
    ...(isNew("volume") && { volume: written.volume }),
    ...(isNew("limitPrice") && { limitPrice: written.limitPrice }),
    ...(isNew("stopPrice") && { stopPrice: written.stopPrice }),
    ...(isNew("distance") && { trailing: { distance: written.distance } }),
    ...(isNew("until") && { expiresAt: new Date(written.until).toISOString() }),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** How an account's commands name a position: in netting by its symbol alone. */
export const nameOf = ({ symbol, positionId }: PositionView) => ({
  symbol,
  ...(positionId !== symbol && { positionId }),
});

function localTime(iso: string): string {
  const moment = new Date(iso);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
