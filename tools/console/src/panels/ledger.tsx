import type { TransactionView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { clock, words } from "../format.ts";
import { Headings } from "./headings.tsx";
import { MoneyCell } from "./money-cell.tsx";
import { useList } from "./use-list.ts";

/** What moved the account's money, newest first. */
export function Ledger({ desk }: { desk: Desk }) {
  const transactions = useList<TransactionView>(desk, (accountId, options) =>
    desk.api.call("listTransactions", { accountId, limit: 100 }, options),
  ).value;
  if (transactions === undefined) return <p class="empty">Reading</p>;
  if (transactions.length === 0) return <p class="empty">Nothing was booked</p>;
  return (
    <table>
      <Headings names={["Booked", "Kind", "Amount", "Accounts", "For"]} />
      <tbody>
        {transactions.map(({ position, kind, at, entries, currency, symbol, reference }) => (
          <tr key={position}>
            <td class="muted" data-label="Booked">
              <time dateTime={at}>{clock(at)}</time>
            </td>
            <th scope="row">{words(kind)}</th>
            <MoneyCell amount={ownOf(entries)} currency={currency} label="Amount" />
            <td data-label="Accounts">{entries.map(({ account }) => words(account)).join(" ← ")}</td>
            <td data-label="For">{symbol ?? reference ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What it did to the holder's own: balance or credit. */
const ownOf = (entries: TransactionView["entries"]) =>
  entries.find(({ account }) => account === "cash" || account === "credit")?.amount ?? "0";
