import { useSignal } from "@preact/signals";
import type { OrderView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import type { Outcome } from "../desk/trade.ts";
import { clock, dayAndTime, words } from "../format.ts";
import { Headings } from "./headings.tsx";
import { OutcomeNote } from "./outcome-note.tsx";

interface OrdersProps {
  desk: Desk;
  orders: readonly OrderView[];
  /** Whether these orders wait, and so may be cancelled. */
  areOpen: boolean;
}

export function Orders({ desk, orders, areOpen }: OrdersProps) {
  const outcome = useSignal<Outcome | undefined>(undefined);
  const cancel = async (orderId: string) => {
    outcome.value = undefined;
    outcome.value = await desk.trade.cancel(orderId);
  };
  return (
    <>
      <OutcomeNote outcome={outcome.value} done="Order cancelled" />
      {orders.length === 0 && <p class="empty">No orders</p>}
      <table hidden={orders.length === 0}>
        <Headings
          names={["Placed", "Instrument", "Order", "Filled", "Price", ...(areOpen ? ["Until", ""] : ["Status"])]}
        />
        <tbody>
          {orders.map((order) => (
            <tr key={order.orderId}>
              <td class="muted" data-label="Placed">
                <time dateTime={order.placedAt}>{clock(order.placedAt)}</time>
              </td>
              <th scope="row">{order.symbol}</th>
              <td data-label="Order">
                <span class={`side ${order.side}`}>{order.side}</span> {words(order.kind)}
              </td>
              <td class="number" data-label="Filled">
                {order.filled} / {order.volume}
              </td>
              <td class="number" data-label="Price">
                {pricesOf(order)}
              </td>
              {areOpen ? (
                <>
                  <td data-label="Until">{untilOf(order)}</td>
                  <td class="action">
                    {desk.mayTrade.value && (
                      <button
                        type="button"
                        class="quiet"
                        aria-label={`Cancel the ${order.side} order of ${order.volume} ${order.symbol}`}
                        onClick={() => void cancel(order.orderId)}
                      >
                        Cancel
                      </button>
                    )}
                  </td>
                </>
              ) : (
                <td data-label="Status" title={order.rejectDetail}>
                  {words(order.status)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What it was filled at, or else the prices that it waits for: its stop, then its limit. */
function pricesOf({ averagePrice, stopPrice, limitPrice, trailing }: OrderView): string {
  if (averagePrice !== undefined) return averagePrice;
  const waitsFor = [stopPrice, limitPrice].filter((one) => one !== undefined).join(" → ");
  return trailing === undefined ? waitsFor || "–" : `${waitsFor} ± ${trailing.distance}`;
}

/** When it ends by itself; an order that does not wait is never seen here. */
function untilOf({ timeInForce, expiresAt }: OrderView): string {
  if (expiresAt !== undefined) return dayAndTime(expiresAt);
  return timeInForce === "day" ? "Today (UTC)" : "–";
}
