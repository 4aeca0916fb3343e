import { useComputed, useSignal } from "@preact/signals";
import type { OrderKind } from "@tradesage/contracts";
import { useEffect, useMemo } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";
import { hasLimit, hasStop, newTicket, orderOf, type TicketSignals, written } from "../desk/ticket.ts";
import type { NewOrder } from "../desk/trade.ts";
import { price, words } from "../format.ts";
import { Field } from "./field.tsx";
import { LinkedOrders } from "./linked-orders.tsx";
import { OutcomeNote } from "./outcome-note.tsx";
import { TicketReduces } from "./ticket-reduces.tsx";
import { TicketTime } from "./ticket-time.tsx";
import { useCommand } from "./use-command.ts";

const kinds: Readonly<Record<OrderKind, { readonly name: string; readonly when: string }>> = {
  market: { name: "Market", when: "now" },
  limit: { name: "Limit", when: "at limit" },
  stop: { name: "Stop", when: "at stop" },
  stop_limit: { name: "Stop limit", when: "at stop, with limit" },
  trailing_stop: { name: "Trailing", when: "at trailing stop" },
};
/** A distance from the market to begin with, in ticks. */
const DISTANCE = 100;

/** Places an order in the chosen instrument, or several of which one cancels the others. */
export function TicketPanel({ desk }: { desk: Desk }) {
  const ticket = useMemo(newTicket, []);
  const command = useCommand();
  const linked = useSignal<readonly NewOrder[]>([]);
  const placed = useSignal("");
  const symbol = desk.symbol.value;
  const instrument = desk.instrument.value;
  const quote = useComputed(() => desk.symbol.value && desk.market.quoteOf(desk.symbol.value).value);

  const order = orderOf(symbol ?? "", written(ticket));
  const { side, kind } = order;
  const count = linked.value.length + 1;
  useEffect(command.forget, [JSON.stringify(order)]);

  const submit = async (event: Event) => {
    event.preventDefault();
    const orders = [...linked.value, order];
    placed.value = count > 1 ? `${count} linked orders placed` : `${side === "buy" ? "Buy" : "Sell"} order placed`;
    const outcome = await command.give(orders, (key) =>
      count === 1
        ? desk.trade.send("placeOrder", order, key)
        : desk.trade.send(
            "placeLinkedOrders",
            { orders: orders.map((one, place) => ({ ...one, orderId: `${key}-${place}` })) },
            key,
          ),
    );
    if (outcome?.is === "done" && count > 1) linked.value = [];
  };
  /** Of the order on the ticket, alone or last of those that are linked. */
  const errorOf = (field: string) => command.errorOf(field, `orders.${count - 1}.${field}`);
  const live = quote.value;
  const isDisabled = symbol === undefined || desk.book.accountId.value === undefined || !desk.mayTrade.value;
  const field = (label: string, name: "limitPrice" | "stopPrice" | "distance" | Protection, path: string = name) => (
    <Field
      label={label}
      value={ticket[name]}
      step={instrument?.tickSize}
      error={errorOf(path)}
      disabled={isDisabled}
      optional={name in protections}
    />
  );

  return (
    <section class="panel ticket" aria-labelledby="ticket-title">
      <header>
        <h2 id="ticket-title">Order</h2>
        <span class="muted">{symbol ?? "choose an instrument"}</span>
      </header>
      <form onSubmit={submit}>
        <fieldset class="sides" disabled={isDisabled}>
          <legend class="visually-hidden">Side</legend>
          {(["sell", "buy"] as const).map((name) => (
            <label key={name} class={name}>
              <input
                type="radio"
                name="side"
                checked={side === name}
                onChange={() => {
                  ticket.side.value = name;
                }}
              />
              <span>{words(name === "buy" ? "Buy" : "Sell")}</span>
              <b>{live ? price(name === "buy" ? live.ask : live.bid, instrument?.digits) : "–"}</b>
            </label>
          ))}
        </fieldset>
        <fieldset class="segments" disabled={isDisabled}>
          <legend class="visually-hidden">Kind</legend>
          {(Object.keys(kinds) as OrderKind[]).map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="kind"
                checked={kind === name}
                onChange={() => {
                  ticket.kind.value = name;
                  if (live && instrument) suggest(ticket, live, instrument);
                }}
              />
              <span>{kinds[name].name}</span>
            </label>
          ))}
        </fieldset>
        <Field
          label="Volume"
          unit="lots"
          value={ticket.volume}
          step={instrument?.volumeStep}
          min={instrument?.volumeMin}
          max={instrument?.volumeMax}
          error={errorOf("volume")}
          disabled={isDisabled}
        />
        {hasStop(kind) && field("Stop price", "stopPrice")}
        {hasLimit(kind) && field("Limit price", "limitPrice")}
        {kind === "trailing_stop" && field("Distance", "distance", "trailing")}
        <TicketTime ticket={ticket} error={errorOf("timeInForce") ?? errorOf("expiresAt")} disabled={isDisabled} />
        <TicketReduces
          desk={desk}
          ticket={ticket}
          error={errorOf("reduceOnly") ?? errorOf("positionId")}
          disabled={isDisabled}
        />
        <details class="protection">
          <summary>Stop loss, take profit</summary>
          {(Object.keys(protections) as Protection[]).map((name) => field(protections[name], name))}
        </details>
        <LinkedOrders orders={linked} />
        <button type="submit" class={`primary ${side}`} disabled={isDisabled || command.isSending}>
          {side === "buy" ? "Buy" : "Sell"} {order.volume} {symbol} {kinds[kind].when}
          {count > 1 && `, linked with ${count - 1}`}
        </button>
        {kind !== "market" && (
          <button
            type="button"
            class="quiet"
            disabled={isDisabled}
            title="Write another order beside this one: the fill of one cancels the others (OCO)"
            onClick={() => {
              linked.value = [...linked.value, order];
            }}
          >
            Link with another order
          </button>
        )}
        {!desk.mayTrade.value && desk.connection.value.is === "open" && (
          <p class="hint">The token's role may look, not trade.</p>
        )}
        <OutcomeNote outcome={command.outcome} done={placed.value} />
      </form>
    </section>
  );
}

type Protection = keyof typeof protections;
const protections = { stopLoss: "Stop loss", trailingStop: "Or trailing, by", takeProfit: "Take profit" } as const;

/** Begins what the kind calls for with the market's own price. */
function suggest(
  { side, kind, limitPrice, stopPrice, distance }: TicketSignals,
  { bid, ask }: { bid: number; ask: number },
  instrument: { digits: number; tickSize: string },
): void {
  const away = DISTANCE * Number(instrument.tickSize);
  const [near, beyond] = side.value === "buy" ? [bid, ask + away] : [ask, bid - away];
  const put = (field: typeof limitPrice, value: number) => {
    if (field.value === "") field.value = price(value, instrument.digits);
  };
  if (hasLimit(kind.value)) put(limitPrice, near);
  if (hasStop(kind.value)) put(stopPrice, beyond);
  if (kind.value === "trailing_stop") put(distance, away);
}
