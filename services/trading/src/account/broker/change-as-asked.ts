import type { OrderId } from "@tradesage/contracts";
import { type Big, decimal, moneyText, text } from "../../calculation/decimal.ts";
import type { OpenOrder } from "../account.ts";
import type { Trailing } from "../stops.ts";
import type { Asked } from "./broker.ts";
import type { Chain } from "./chain.ts";

interface Prices {
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
}
type Change = Extract<Asked, { what: "change" }>;

/** The order stands at the prices that were asked for. One whose stop is reached has no stop price to show. */
export const isAsAsked = (asked: Asked | undefined, shown: Prices): boolean =>
  asked?.what === "change" && isSame(asked.limitPrice, shown.limitPrice) && isSame(asked.stopPrice, shown.stopPrice);

const isSame = (asked: string | undefined, shown: string | undefined): boolean =>
  asked === undefined || shown === undefined || decimal(asked).eq(decimal(shown));

/** The broker has changed the order as it was asked to. */
export function changeAsAsked(chain: Chain, orderId: OrderId, open: OpenOrder, asked: Change): void {
  const { accountId } = chain.account;
  const { stopPrice, quote } = asked;
  if (!quote || stopPrice === undefined) standAt(chain, orderId, open, asked);
  else chain.add({ type: "OrderTrailed", data: { accountId, orderId, stopPrice, quote } });
}

/** The order stands at such prices now; what is left out stays. */
export function standAt(
  chain: Chain,
  orderId: OrderId,
  open: OpenOrder,
  terms: Prices & Pick<Change, "expiresAt" | "trailing">,
): void {
  const { accountId, currency } = chain.account;
  const limitPrice = terms.limitPrice ?? told(open.limitPrice);
  const stopPrice = terms.stopPrice ?? told(open.stopPrice);
  const expiresAt = terms.expiresAt ?? (open.expiresAt && new Date(open.expiresAt).toISOString());
  const trailing = terms.trailing ?? (open.trailing && toldTrailing(open.trailing));
  const data = {
    ...{ accountId, orderId, volume: text(open.volume), remaining: text(open.remaining) },
    ...(limitPrice && { limitPrice }),
    ...(stopPrice && { stopPrice }),
    ...(trailing && { trailing }),
    ...(expiresAt && { expiresAt }),
    margin: moneyText(open.margin, currency),
  };
  chain.add({ type: "OrderModified", data });
}

const told = (price: Big | undefined) => price && text(price);
export const toldTrailing = ({ distance, step }: Trailing) => ({ distance: text(distance), step: text(step) });
