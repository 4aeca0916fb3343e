import type { TradeView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { clock, words } from "../format.ts";
import { Headings } from "./headings.tsx";
import { MoneyCell } from "./money-cell.tsx";
import { useList } from "./use-list.ts";

/** Round trips, newest first. */
export function Trades({ desk }: { desk: Desk }) {
  const trades = useList<TradeView>(desk, (accountId, options) =>
    desk.api.call("listTrades", { accountId, limit: 100 }, options),
  ).value;
  if (trades === undefined) return <p class="empty">Reading</p>;
  if (trades.length === 0) return <p class="empty">No trades</p>;
  const currency = desk.book.picture.value?.account.currency ?? "";
  return (
    <table>
      <Headings names={["Opened", "Instrument", "Side", "Volume", "Entry", "Exit", "Profit", "R", "Status"]} />
      <tbody>
        {trades.map((trade) => (
          <tr key={trade.tradeId}>
            <td class="muted" data-label="Opened">
              <time dateTime={trade.openedAt}>{clock(trade.openedAt)}</time>
            </td>
            <th scope="row">{trade.symbol}</th>
            <td class={`side ${trade.side}`} data-label="Side">
              {trade.side}
            </td>
            <td class="number" data-label="Volume">
              {trade.volume}
            </td>
            <td class="number" data-label="Entry">
              {trade.entryPrice}
            </td>
            <td class="number" data-label="Exit">
              {trade.exitPrice ?? "–"}
            </td>
            <MoneyCell amount={trade.profit} currency={currency} label="Profit" />
            <td class="number" data-label="R">
              {trade.r ?? "–"}
            </td>
            <td data-label="Status">{words(trade.status)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
