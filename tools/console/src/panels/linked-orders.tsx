import type { Signal } from "@preact/signals";
import type { NewOrder } from "../desk/trade.ts";
import { words } from "../format.ts";

/** The orders of a ticket that wait to be placed with the one that is on it: the fill of one cancels the others. */
export function LinkedOrders({ orders }: { orders: Signal<readonly NewOrder[]> }) {
  if (orders.value.length === 0) return null;
  return (
    <ul class="linked" aria-label="Linked with">
      {orders.value.map((order) => {
        const { side, kind, volume, symbol, stopPrice, limitPrice, trailing } = order;
        const at = [stopPrice, limitPrice, trailing && `± ${trailing.distance}`].filter((one) => one !== undefined);
        const text = `${side} ${volume} ${symbol}, ${words(kind)} ${at.join(" → ")}`;
        return (
          <li key={JSON.stringify(order)}>
            {text}
            <button
              type="button"
              class="quiet"
              aria-label={`Leave out: ${text}`}
              onClick={() => {
                orders.value = orders.value.filter((one) => one !== order);
              }}
            >
              ✕
            </button>
          </li>
        );
      })}
    </ul>
  );
}
