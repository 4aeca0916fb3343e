import { randomUUID } from "node:crypto";
import { type Api, issueTerminalKey } from "@tradesage/client";
import { createLuck, createTradeServer, generateTicks, runExpert } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import type { Installation, Tenant } from "./installation.ts";

const TICKS = 500;
const terminal = { server: "Broker-Demo", login: 5_012_345 };

/** A tenant with everything: an account that hedges, both ways at once, with credit and an order that waits; one at a broker. */
export async function openFund(installation: Installation): Promise<Tenant> {
  const fund = await installation.tenant("fund", "trading_plus_analytics");
  const { admin, trader } = fund;
  await admin.call("openAccount", { accountId: "main", mode: "hedging" });
  await admin.call("deposit", { accountId: "main", amount: "5000" });
  await admin.call("giveCredit", { accountId: "main", amount: "250" });
  await admin.call("openAccount", { accountId: "broker", venue: "mt5", terminal });
  // The last of them is older than now, so that what ticks later is new.
  const start = Date.now() - 300_000;
  await fund.stream("EURUSD", generateTicks({ symbol: "EURUSD", count: TICKS, seed: 3, start }));
  const order = { accountId: "main", symbol: "EURUSD", kind: "market" } as const;
  await fund.placeOrder({ ...order, orderId: "long", side: "buy", volume: "0.10" });
  await fund.placeOrder({ ...order, orderId: "short", side: "sell", volume: "0.04" });
  const far = { kind: "limit", limitPrice: "0.50000" } as const;
  const waits = { ...order, ...far, orderId: "waits", side: "buy", volume: "0.01" } as const;
  await fund.placeOrder(waits);
  await until("both ways are held", async () => {
    const { items } = await trader.call("listPositions", { accountId: "main" });
    return items.length === 2;
  });
  await until("its ticks are stored", async () => (await fund.tickCount()) === TICKS);
  return fund;
}

/** Connects the terminal of its account at the broker; gives what the broker's server has seen. */
export async function connectBroker({ stack }: Installation, admin: Api, signal: AbortSignal) {
  const key = await issueTerminalKey(admin, { tenantId: "fund", keyId: randomUUID() });
  const luck = createLuck({}, 1);
  const server = createTradeServer(luck, Date.now);
  const ended = runExpert({
    ...{ url: stack.urls.bridge, key, ...terminal, mode: "netting", symbol: "EURUSD" },
    ...{ tradeServer: server, luck, signal },
  });
  return { server, ended };
}
