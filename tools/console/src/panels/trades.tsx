import { useSignal } from "@preact/signals";
import type { TradeView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { clock } from "../format.ts";
import { EntryDialog } from "./entry-dialog.tsx";
import { Headings } from "./headings.tsx";
import { MoneyCell } from "./money-cell.tsx";
import { Tags } from "./tags.tsx";
import { TradeDialog } from "./trade-dialog.tsx";
import { useList } from "./use-list.ts";

/** Round trips, newest first. */
export function Trades({ desk }: { desk: Desk }) {
  const trades = useList<TradeView>(desk, (accountId, options) =>
    desk.api.call("listTrades", { accountId, limit: 100 }, options),
  ).value;
  const uses = useList(desk, (accountId, options) => desk.api.call("listJournalTags", { accountId }, options)).value;
  const opened = useSignal<{ readonly trade: TradeView; readonly as: "detail" | "note" } | undefined>(undefined);
  if (trades === undefined) return <p class="empty">Reading</p>;
  if (trades.length === 0) return <p class="empty">No trades</p>;
  const currency = desk.book.picture.value?.account.currency ?? "";
  const View = opened.value?.as === "note" ? EntryDialog : TradeDialog;
  return (
    <>
      {opened.value && (
        <View
          desk={desk}
          trade={opened.value.trade}
          offers={uses?.map(({ tag }) => tag) ?? []}
          onClose={() => {
            opened.value = undefined;
          }}
        />
      )}
      <table>
        <Headings names={["Opened", "Instrument", "Trade", "Entry", "Exit", "Profit", "R", ""]} />
        <tbody>
          {trades.map((trade) => (
            <tr key={trade.tradeId}>
              <td class="muted" data-label="Opened">
                <time dateTime={trade.openedAt}>{clock(trade.openedAt)}</time>
              </td>
              <th scope="row">
                {trade.symbol} <Tags tags={trade.tags} />
              </th>
              <td data-label="Trade">
                <span class={`side ${trade.side}`}>{trade.side}</span> <span class="number">{trade.volume}</span>
              </td>
              <td class="number" data-label="Entry">
                {trade.entryPrice}
              </td>
              <td class="number" data-label="Exit">
                {trade.exitPrice ?? "–"} {trade.status !== "closed" && <small class="muted">{trade.status}</small>}
              </td>
              <MoneyCell amount={trade.profit} currency={currency} label="Profit" />
              <td class="number" data-label="R">
                {trade.r ?? "–"}
              </td>
              <td class="action">
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Details of the ${trade.symbol} trade`}
                  onClick={() => {
                    opened.value = { trade, as: "detail" };
                  }}
                >
                  Details
                </button>
                {desk.mayTrade.value && (
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Note on the ${trade.symbol} trade`}
                    onClick={() => {
                      opened.value = { trade, as: "note" };
                    }}
                  >
                    Note
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
