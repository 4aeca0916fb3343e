import { randomUUID } from "node:crypto";
import { type AccountEvent, streams } from "@tradesage/contracts";
import type { EventStore, NewEvent } from "@tradesage/event-store";

export const SYMBOL = "EURUSD";
const YEARS_MS = 3 * 365 * 24 * 3600 * 1000;
/** As many as the event store takes well at once. */
const TOGETHER = 500;

/** An account that buys and sells, of at least so many events. */
export function* longHistory(accountId: string, length: number): Generator<AccountEvent> {
  const named = { accountId, symbol: SYMBOL };
  const quote = { bid: "1.10000", ask: "1.10002", timeMsc: 1_700_000_000_000 };
  const whole = { volume: "0.1", price: "1.10000" };
  const opened = {
    accountId,
    name: accountId,
    currency: "USD",
    leverage: 100,
    mode: "netting",
    venue: "paper",
  } as const;
  yield { type: "AccountOpened", data: opened };
  yield { type: "FundsDeposited", data: { accountId, amount: "100000.00", currency: "USD" } };
  for (let count = 2; count < length; count += 6) {
    for (const side of ["buy", "sell"] as const) {
      const order = { ...named, orderId: randomUUID(), side };
      const executionId = randomUUID();
      yield { type: "OrderPlaced", data: { ...order, volume: "0.1", kind: "market", margin: "110.00" } };
      yield { type: "OrderFilled", data: { ...order, ...whole, executionId, remaining: "0", quote } };
      const position = { ...named, ...whole, side: "buy", executionId } as const;
      if (side === "buy") yield { type: "PositionOpened", data: { ...position, margin: "110.00" } };
      else yield { type: "PositionClosed", data: { ...position, profit: "0.00" } };
    }
  }
}

/** Appends a tenant that is active, and such an account of its: its events spread over three years, until yesterday. */
export async function appendLongAccount(
  eventStore: EventStore,
  tenant: string,
  accountId: string,
  length: number,
): Promise<void> {
  const end = Date.now() - 2 * 24 * 3600 * 1000;
  const stored = ({ type, data }: { type: string; data: object }, age: number): NewEvent => {
    const origin = {
      tenant,
      actor: "bench",
      command: randomUUID(),
      digest: "0".repeat(64),
      correlation: "",
      schema: 1,
    };
    const metadata = { ...origin, at: new Date(end - age * YEARS_MS).toISOString() };
    return { id: randomUUID(), type, data: { ...data }, metadata };
  };
  const tenantEvents = [
    { type: "TenantRequested", data: { tenantId: tenant, name: tenant, template: "trading" } },
    { type: "TenantActivated", data: { tenantId: tenant } },
  ].map((event) => stored(event, 1));
  await eventStore.append(streams.tenant(tenant), tenantEvents, "no_stream");

  let revision: bigint | "no_stream" = "no_stream";
  let count = 0;
  let batch: NewEvent[] = [];
  const flush = async () => {
    if (batch.length > 0) ({ revision } = await eventStore.append(streams.account(tenant, accountId), batch, revision));
    batch = [];
  };
  for (const event of longHistory(accountId, length)) {
    batch.push(stored(event, 1 - ++count / length));
    if (batch.length >= TOGETHER) await flush();
  }
  await flush();
}
