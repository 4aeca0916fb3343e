import { randomUUID } from "node:crypto";
import type { EventMetadata, JsonObject, Scope } from "@tradesage/contracts";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { provisionTenantSchema } from "@tradesage/postgres";
import { createTestDatabase, type TestDatabase } from "@tradesage/postgres/test-support";
import { startTelemetry } from "@tradesage/telemetry";
import { followHistory } from "../src/follow-history.ts";
import { type Runner, startRunner } from "../src/runner/runner.ts";

export interface Installation extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly eventStore: EventStore;
  readonly eventStoreUrl: string;
  /** A provisioned tenant that no other test knows. */
  tenant(): Promise<string>;
  runner(written?: (scope: Scope) => void): Promise<Runner>;
  /** Appends to one of the tenant's streams, such as `account-main`; gives the position of the last event. */
  append(tenant: string, aggregate: string, events: readonly Fact[]): Promise<bigint>;
}

export interface Fact {
  readonly type: string;
  readonly data: JsonObject;
}

/** A database and an event store of this test's own. */
export async function startInstallation(): Promise<Installation> {
  const database = await createTestDatabase();
  const server = await startEventStoreServer({ port: 0, inMemory: true });
  const eventStore = connectEventStore({ connectionString: server.connectionString });
  const telemetry = startTelemetry({ service: "projections-test", logLevel: "silent" });
  const revisions = new Map<string, bigint>();
  const runners: Runner[] = [];

  return {
    database,
    eventStore,
    eventStoreUrl: server.connectionString,
    async tenant() {
      const tenant = database.uniqueTenant();
      await provisionTenantSchema(database.postgres, tenant, "trading");
      return tenant;
    },
    async runner(written) {
      telemetry.metrics.clear();
      const { logger, metrics } = telemetry;
      const runner = await startRunner({
        eventStore,
        postgres: database.postgres,
        logger,
        metrics,
        ...(written && { written }),
      });
      const following = followHistory({ eventStore, after: runner.after, followers: [runner] });
      const stop = async () => {
        await following.stop();
        await runner.stop();
      };
      runners.push({ ...runner, stop });
      return { ...runner, stop };
    },
    async append(tenant, aggregate, facts) {
      const stream = `${tenant}-${aggregate}`;
      const metadata: EventMetadata = {
        tenant,
        actor: "test",
        command: randomUUID(),
        digest: "",
        correlation: "test",
        at: "2026-01-15T10:00:00.000Z",
        schema: 1,
      };
      const events = facts.map((fact) => ({ id: randomUUID(), ...fact, metadata }));
      const written = await eventStore.append(stream, events, revisions.get(stream) ?? "no_stream");
      revisions.set(stream, written.revision);
      return written.position;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(runners.map((runner) => runner.stop()));
      await eventStore.close();
      await server.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

export const opened = (accountId: string, mode: "netting" | "hedging" = "netting"): Fact => ({
  type: "AccountOpened",
  data: { accountId, name: "Main", currency: "USD", leverage: 100, mode, venue: "paper" },
});
export const deposited = (accountId: string, amount: string): Fact => ({
  type: "FundsDeposited",
  data: { accountId, amount, currency: "USD" },
});

/** What an account lives through, with `trades` bought and sold again; its balance ends at 1000.00 plus 0.50 a trade. */
export function accountHistory(accountId: string, trades: number): readonly Fact[] {
  const symbol = "EURUSD";
  const quote = { bid: "1.10000", ask: "1.10010", timeMsc: 1 };
  const trade = (number: number): readonly Fact[] => {
    const [buy, sell] = [`o${number}-buy`, `o${number}-sell`];
    const order = (orderId: string, side: string) => ({ accountId, orderId, symbol, side, volume: "0.10" });
    const position = { accountId, symbol, side: "buy", volume: "0.10", price: "1.10010" };
    const filled = { price: "1.10010", remaining: "0.00", quote };
    return [
      { type: "OrderPlaced", data: { ...order(buy, "buy"), kind: "market", margin: "110.01" } },
      { type: "OrderFilled", data: { ...order(buy, "buy"), executionId: `e${number}-buy`, ...filled } },
      { type: "PositionOpened", data: { ...position, executionId: `e${number}-buy`, margin: "110.01" } },
      { type: "OrderPlaced", data: { ...order(sell, "sell"), kind: "limit", limitPrice: "1.10020", margin: "0.00" } },
      { type: "OrderFilled", data: { ...order(sell, "sell"), executionId: `e${number}-sell`, ...filled } },
      { type: "PositionClosed", data: { ...position, executionId: `e${number}-sell`, profit: "0.50" } },
    ];
  };
  return [
    opened(accountId),
    deposited(accountId, "1000.00"),
    ...Array.from({ length: trades }, (_, number) => trade(number)).flat(),
  ];
}
