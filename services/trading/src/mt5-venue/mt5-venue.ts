import type { AccountEvent, AccountId, Evidence, TenantId, Terminal } from "@tradesage/contracts";
import type { Venue } from "../venues/venue.ts";
import { type BrokerAccount, type BrokerAccountParts, createBrokerAccount } from "./broker-account.ts";

export interface Mt5Venue extends Venue {
  /** A terminal's expert told something. */
  hear(tenant: TenantId, evidence: Evidence): void;
  /** Begins what is due. To be called about twice a second. */
  work(): void;
  /** The account of the tenant that has the terminal. */
  accountOf(tenant: TenantId, terminal: Terminal): AccountId | undefined;
}

/**
 * Sends orders to the brokers of MetaTrader 5 terminals, and lives by evidence: what is sent is written first and sent
 * once, what is not answered is unknown, and the broker's own deals, orders and positions tell what became of it. Nothing
 * is sent for an account before this process has seen its broker's state. The history only tells it which accounts it
 * has and when to look: each account's events are read from its own stream.
 */
export function createMt5Venue(parts: BrokerAccountParts): Mt5Venue {
  const accounts = new Map<string, BrokerAccount>();
  const byTerminal = new Map<string, BrokerAccount>();
  const keyOf = (tenant: TenantId, { server, login }: Terminal) => `${tenant}/${login}/${server}`;
  let isOpen = false;

  return {
    apply(tenant, recorded) {
      const { type, data } = { type: recorded.type, data: recorded.data } as AccountEvent;
      const { accountId } = data;
      const key = `${tenant}/${accountId}`;
      if (type === "AccountOpened" && data.terminal) {
        const terminal = keyOf(tenant, data.terminal);
        // Of two that were opened at once the first one has it.
        if (byTerminal.has(terminal)) return;
        const opened = createBrokerAccount(tenant, accountId, data.terminal, parts);
        accounts.set(key, opened);
        byTerminal.set(terminal, opened);
      }
      if (isOpen) accounts.get(key)?.wake();
    },
    hear: (tenant, evidence) => byTerminal.get(keyOf(tenant, evidence.terminal))?.hear(evidence),
    accountOf: (tenant, terminal) => byTerminal.get(keyOf(tenant, terminal))?.accountId,
    work() {
      if (isOpen) for (const account of accounts.values()) account.work();
    },
    forget(tenant) {
      for (const known of [accounts, byTerminal])
        for (const key of known.keys()) if (key.startsWith(`${tenant}/`)) known.delete(key);
    },
    open() {
      isOpen = true;
      for (const account of accounts.values()) account.wake();
    },
    openOrders: () => [...accounts.values()].reduce((sum, account) => sum + account.openOrders(), 0),
    async close() {
      isOpen = false;
      await Promise.all([...accounts.values()].map((account) => account.idle()));
    },
  };
}
