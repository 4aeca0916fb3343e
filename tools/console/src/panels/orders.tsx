import { useSignal } from "@preact/signals";
import type { OrderView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { clock, dayAndTime, words } from "../format.ts";
import { ChangeOrder } from "./change-order.tsx";
import { Headings } from "./headings.tsx";
import { OutcomeNote } from "./outcome-note.tsx";
import { useCommand } from "./use-command.ts";

interface OrdersProps {
  desk: Desk;
  orders: readonly OrderView[];
  /** Whether these orders wait, and so may be changed and cancelled. */
  areOpen: boolean;
}

export function Orders({ desk, orders, areOpen }: OrdersProps) {
  const command = useCommand();
  const changed = useSignal<OrderView | undefined>(undefined);
  const cancel = (orderId: string) =>
    command.give({ cancel: orderId }, (key) => desk.trade.send("cancelOrder", { orderId }, key));
  return (
    <>
      <OutcomeNote outcome={command.outcome} done="Order cancelled" />
      {changed.value && (
        <ChangeOrder
          desk={desk}
          order={changed.value}
          onClose={() => {
            changed.value = undefined;
          }}
        />
      )}
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
                <span class={`side ${order.side}`}>{order.side}</span> {words(order.kind)} <Marks order={order} />
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
                      <>
                        {order.kind !== "market" && (
                          <button
                            type="button"
                            class="quiet"
                            aria-label={`Change the ${nameOf(order)}`}
                            onClick={() => {
                              changed.value = order;
                            }}
                          >
                            Change
                          </button>
                        )}
                        <button
                          type="button"
                          class="quiet"
                          aria-label={`Cancel the ${nameOf(order)}`}
                          onClick={() => void cancel(order.orderId)}
                        >
                          Cancel
                        </button>
                      </>
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

const nameOf = ({ side, volume, symbol }: OrderView) => `${side} order of ${volume} ${symbol}`;

function Marks({ order: { reduceOnly, oco } }: { order: OrderView }) {
  return (
    <>
      {reduceOnly && <small class="muted">reduces</small>}{" "}
      {oco && (
        <small class="muted" title={`One cancels the other: ${oco.join(", ")}`}>
          linked
        </small>
      )}
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
