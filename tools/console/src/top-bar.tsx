import type { LiveState } from "@tradesage/client";
import type { LiveState as AccountState } from "@tradesage/contracts";
import { Brand } from "./brand.tsx";
import type { Desk } from "./desk/desk.ts";
import { money } from "./format.ts";

export function TopBar({ desk, onSignOut }: { desk: Desk; onSignOut: () => void }) {
  const { accounts, accountId, picture, worth } = desk.book;
  const state = desk.connection.value;
  const account = picture.value?.account;
  return (
    <header class="top-bar">
      <h1 class="visually-hidden">Console</h1>
      <Brand />
      <label class="account">
        <span class="visually-hidden">Account</span>
        <select
          value={accountId.value}
          onChange={({ currentTarget }) => {
            accountId.value = currentTarget.value;
          }}
        >
          {accounts.value.length === 0 && <option value="">No account</option>}
          {accounts.value.map(({ accountId: id, name }) => (
            <option key={id} value={id}>
              {name === id ? id : `${name} (${id})`}
            </option>
          ))}
        </select>
      </label>
      {account && (
        <p class="balance">
          <span class="muted">Balance</span> <b>{money(account.balance, account.currency)}</b>
        </p>
      )}
      {account && worth.value && <Worth state={worth.value} />}
      <Connection state={state} />
      <button type="button" class="quiet" onClick={onSignOut}>
        Sign out
      </button>
    </header>
  );
}

/** What the account is worth at the newest quotes, and what of it nothing holds. */
function Worth({ state }: { state: AccountState }) {
  const { equity, freeMargin, marginLevel, currency, valuation } = state;
  return (
    <p class="balance worth">
      <span class="muted">Equity</span> <b>{equity === undefined ? "–" : money(equity, currency)}</b>{" "}
      <span class="muted">Free</span> <b>{freeMargin === undefined ? "–" : money(freeMargin, currency)}</b>{" "}
      {marginLevel !== undefined && <span class="muted">{marginLevel} %</span>}{" "}
      {valuation !== "live" && <span class="muted">({valuation})</span>}
    </p>
  );
}

function Connection({ state }: { state: LiveState }) {
  const text = {
    connecting: "Connecting",
    open: "Live",
    lost: "Reconnecting",
    refused: "Refused",
  }[state.is];
  const title =
    state.is === "open"
      ? `${state.principal.subject}, tenant ${state.principal.tenant}`
      : state.is === "lost"
        ? state.reason
        : "";
  return (
    <p class="connection" data-state={state.is} role="status" title={title}>
      <span class="lamp" aria-hidden="true" />
      {text}
    </p>
  );
}
