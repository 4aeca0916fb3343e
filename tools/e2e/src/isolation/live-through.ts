import { issueTerminalKey } from "@tradesage/client";
import { specificationOf } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import type { Installation, Tenant } from "../installation.ts";
import { allAtOnce } from "../ticks.ts";
import { type Names, ticksAt } from "./canary.ts";
import { ask } from "./requests.ts";

export interface Worth {
  readonly amount: string;
  readonly bid: number;
  readonly ask: number;
}

/**
 * Gives a tenant something of each kind under these names: an instrument with ticks, an account, orders, a position, a
 * key, a journal; gives the names with that of the trade.
 */
export async function liveThrough(
  { stack, token }: Installation,
  tenant: Tenant,
  own: Names,
  worth: Worth,
  label: string,
): Promise<Names> {
  const { accountId, orderId, symbol, keyId, entryId } = own;
  await feed(tenant, own, worth);
  const admin = await token(tenant.id, "admin");
  await ask(stack.urls.gateway, admin, "openAccount", { accountId, name: label }, own.correlation);
  await tenant.admin.call("deposit", { accountId, amount: worth.amount });
  await issueTerminalKey(tenant.admin, { tenantId: tenant.id, keyId, label });
  await until("there is a quote", () =>
    tenant.trader.call("getQuote", { symbol }).then(
      () => true,
      () => false,
    ),
  );
  const order = { accountId, symbol, side: "buy", volume: "0.02" } as const;
  await tenant.placeOrder({ ...order, orderId, kind: "market" });
  const limit = { ...order, kind: "limit", limitPrice: (worth.bid / 2).toFixed(4) } as const;
  await tenant.trader.call("placeOrder", limit);
  await until("the order is filled", async () => {
    const { items } = await tenant.trader.call("listPositions", { accountId });
    return items.length > 0;
  });
  const { items: trades } = await tenant.trader.call("listTrades", { accountId });
  const tradeId = trades[0]?.tradeId ?? own.tradeId;
  await tenant.trader.call("writeJournalEntry", { accountId, entryId, tradeId, text: label });
  await tenant.trader.call("tagTrade", { accountId, tradeId, tags: [accountId] });
  return { ...own, tradeId };
}

/** Prices of the tenant's instrument; `later` in milliseconds behind those that it has had. */
export async function feed(tenant: Tenant, { symbol }: Names, { bid, ask }: Worth, later = 0): Promise<void> {
  const ticks = ticksAt(symbol, bid, ask).map((tick) => ({ ...tick, timeMsc: tick.timeMsc + later }));
  const about = specificationOf(symbol);
  const symbols = [{ ...about, description: `Traded as ${symbol}`, digits: 4, tickSize: "0.0001" }];
  await tenant.stream(symbol, allAtOnce(ticks), { symbols });
}
