import { useComputed, useSignal } from "@preact/signals";
import type { OrderKind, Side } from "@tradesage/contracts";
import { useEffect, useRef } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";
import { type NewOrder, newKey, type Outcome } from "../desk/trade.ts";
import { price, words } from "../format.ts";
import { Field } from "./field.tsx";
import { OutcomeNote } from "./outcome-note.tsx";

const kinds = ["market", "limit"] as const satisfies readonly OrderKind[];

/** Places an order in the chosen instrument. */
export function TicketPanel({ desk }: { desk: Desk }) {
  const side = useSignal<Side>("buy");
  const kind = useSignal<(typeof kinds)[number]>("market");
  const volume = useSignal("0.10");
  const limitPrice = useSignal("");
  const sending = useSignal(false);
  const outcome = useSignal<Outcome | undefined>(undefined);
  const symbol = desk.symbol.value;
  const instrument = desk.instrument.value;
  const quote = useComputed(() => desk.symbol.value && desk.market.quoteOf(desk.symbol.value).value);

  const order: NewOrder = {
    symbol: symbol ?? "",
    side: side.value,
    kind: kind.value,
    volume: volume.value.trim(),
    ...(kind.value === "limit" && { limitPrice: limitPrice.value.trim() }),
  };
  /** An order that may have been placed keeps its key, so that sending it again does not place it twice. */
  const intention = useRef({ order: "", key: "" });
  const text = JSON.stringify(order);
  useEffect(() => {
    outcome.value = undefined;
  }, [text, outcome]);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (sending.value || symbol === undefined) return;
    if (intention.current.order !== text || outcome.value?.is !== "unknown")
      intention.current = { order: text, key: newKey() };
    sending.value = true;
    outcome.value = undefined;
    try {
      outcome.value = await desk.trade.place(order, intention.current.key);
    } finally {
      sending.value = false;
    }
  };
  const errorOf = (field: string) =>
    outcome.value?.is === "refused" ? outcome.value.errors.find(({ path }) => path === field)?.message : undefined;
  const live = quote.value;
  const isDisabled = symbol === undefined || desk.book.accountId.value === undefined || !desk.mayTrade.value;

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
                checked={side.value === name}
                onChange={() => {
                  side.value = name;
                }}
              />
              <span>{words(name === "buy" ? "Buy" : "Sell")}</span>
              <b>{live ? price(name === "buy" ? live.ask : live.bid, instrument?.digits) : "–"}</b>
            </label>
          ))}
        </fieldset>
        <fieldset class="segments" disabled={isDisabled}>
          <legend class="visually-hidden">Kind</legend>
          {kinds.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="kind"
                checked={kind.value === name}
                onChange={() => {
                  kind.value = name;
                  if (name === "limit" && limitPrice.value === "" && live)
                    limitPrice.value = price(side.value === "buy" ? live.bid : live.ask, instrument?.digits);
                }}
              />
              <span>{name === "market" ? "Market" : "Limit"}</span>
            </label>
          ))}
        </fieldset>
        <Field
          label="Volume"
          unit="lots"
          value={volume}
          step={instrument?.volumeStep}
          min={instrument?.volumeMin}
          max={instrument?.volumeMax}
          error={errorOf("volume")}
          disabled={isDisabled}
        />
        {kind.value === "limit" && (
          <Field
            label="Limit price"
            value={limitPrice}
            step={instrument?.tickSize}
            error={errorOf("limitPrice")}
            disabled={isDisabled}
          />
        )}
        <button type="submit" class={`primary ${side.value}`} disabled={isDisabled || sending.value}>
          {side.value === "buy" ? "Buy" : "Sell"} {order.volume} {symbol} {kind.value === "market" ? "now" : "at limit"}
        </button>
        {!desk.mayTrade.value && desk.connection.value.is === "open" && (
          <p class="hint">The token's role may look, not trade.</p>
        )}
        <OutcomeNote outcome={outcome.value} done={`${side.value === "buy" ? "Buy" : "Sell"} order placed`} />
      </form>
    </section>
  );
}
