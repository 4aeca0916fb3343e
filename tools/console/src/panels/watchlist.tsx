import { useSignal } from "@preact/signals";
import type { InstrumentSpecification } from "@tradesage/contracts";
import { useEffect, useRef } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";
import { priceParts, spread } from "../format.ts";

export function Watchlist({ desk, onChosen }: { desk: Desk; onChosen: () => void }) {
  const filter = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const wanted = filter.value.trim().toUpperCase();
  const shown = desk.market.instruments.value.filter(({ symbol }) => symbol.toUpperCase().includes(wanted));
  const choose = (symbol: string) => {
    desk.symbol.value = symbol;
    onChosen();
  };
  return (
    <section class="panel watchlist" aria-labelledby="watchlist-title">
      <header>
        <h2 id="watchlist-title">Quotes</h2>
        <input
          ref={field}
          type="search"
          class="filter"
          placeholder="Filter  /"
          aria-label="Filter instruments"
          value={filter.value}
          onInput={({ currentTarget }) => {
            filter.value = currentTarget.value;
          }}
          onKeyDown={(event) => {
            const [first] = shown;
            if (event.key === "Escape") filter.value = "";
            if (event.key === "Enter" && first) choose(first.symbol);
          }}
        />
      </header>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Instrument</th>
              <th scope="col">Bid</th>
              <th scope="col">Ask</th>
              <th scope="col">
                <abbr title="Spread in the smallest digit of the price">Spr</abbr>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((instrument) => (
              <Row
                key={instrument.symbol}
                desk={desk}
                instrument={instrument}
                onChoose={() => choose(instrument.symbol)}
              />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p class="empty">{wanted === "" ? "No instruments yet" : "Nothing of that name"}</p>}
      </div>
    </section>
  );
}

const arrows = { up: "▲", down: "▼", still: "" } as const;

function Row({
  desk,
  instrument,
  onChoose,
}: {
  desk: Desk;
  instrument: InstrumentSpecification;
  onChoose: () => void;
}) {
  const { symbol, digits, description } = instrument;
  const quote = desk.market.quoteOf(symbol).value;
  const isChosen = desk.symbol.value === symbol;
  return (
    <tr data-chosen={isChosen}>
      <th scope="row">
        <button type="button" class="symbol" title={description} aria-pressed={isChosen} onClick={onChoose}>
          {symbol}
        </button>
      </th>
      <td class="number" data-moved={quote?.moved}>
        {quote && (
          <>
            <span class="arrow" aria-hidden="true">
              {arrows[quote.moved]}
            </span>
            <Price value={quote.bid} digits={digits} />
          </>
        )}
      </td>
      <td class="number">{quote && <Price value={quote.ask} digits={digits} />}</td>
      <td class="number muted">{quote && spread(quote.bid, quote.ask, digits)}</td>
    </tr>
  );
}

function Price({ value, digits }: { value: number; digits: number }) {
  const { head, pips, tenth } = priceParts(value, digits);
  return (
    <span class="price">
      {head}
      <b>{pips}</b>
      {tenth !== "" && <small>{tenth}</small>}
    </span>
  );
}
