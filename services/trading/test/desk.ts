import { randomUUID } from "node:crypto";
import {
  CommandReply,
  encodeTickBatch,
  type JsonObject,
  NO_SYMBOL_INDEX,
  streams,
  subjects,
  type TenantId,
  type TenantTemplate,
} from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import type { Bus } from "@tradesage/message-bus";
import { PATIENCE_MS, until } from "@tradesage/until";
import { eurusd } from "../src/calculation/market-of.fixture.ts";

/** What a tenant does from outside: commands by the bus, ticks by the bridge's subject; and what is then in the store. */
export function desk(bus: Bus, eventStore: EventStore, tenant: TenantId) {
  let sequence = 0n;
  const now = () => new Date().toISOString();

  async function send(command: string, data: JsonObject, id = "main", changes: JsonObject = {}): Promise<CommandReply> {
    const origin = { tenant, actor: "spec", idempotencyKey: randomUUID(), correlation: randomUUID(), at: now() };
    const envelope = { command, data, ...origin, ...changes };
    const subject = subjects.command("trading", tenant, command, id);
    return CommandReply.parse(await bus.request(subject, envelope, { deadlineMs: PATIENCE_MS }));
  }

  async function events(): Promise<RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    for await (const event of eventStore.readStream(streams.account(tenant, "main"))) found.push(event);
    return found;
  }

  return {
    send,
    events,
    async activate(template: TenantTemplate = "trading") {
      const origin = {
        tenant,
        actor: "spec",
        command: randomUUID(),
        digest: "",
        correlation: "",
        at: now(),
        schema: 1,
      };
      const events = [
        { type: "TenantRequested", data: { tenantId: tenant, name: tenant, template } },
        { type: "TenantActivated", data: { tenantId: tenant } },
      ].map((event) => ({ ...event, id: randomUUID(), metadata: origin }));
      await eventStore.append(streams.tenant(tenant), events, "no_stream");
    },
    /** Waits for a service that is being started. */
    answered: () =>
      until("a service that answers", () =>
        send("DefineInstrument", { ...eurusd }, "EURUSD").then(
          () => true,
          () => false,
        ),
      ),
    async open(deposit = "10000.00") {
      await send("DefineInstrument", { ...eurusd }, "EURUSD");
      await send("OpenAccount", { accountId: "main" });
      await send("Deposit", { accountId: "main", amount: deposit });
    },
    place: (orderId: string, order: JsonObject = {}) =>
      send("PlaceOrder", {
        ...{ accountId: "main", orderId, symbol: "EURUSD", side: "buy", volume: "0.1", kind: "market" },
        ...order,
      }),
    tick(bid: number, ask: number, quality = 0) {
      const tick = { timeMsc: Date.now(), bid, ask, last: 0, volume: 0, flags: 6, ordinal: 0, quality };
      const header = { symbolIndex: NO_SYMBOL_INDEX, epoch: 1n, sequence: ++sequence, lost: 0, utcOffsetSeconds: 0 };
      bus.publish(subjects.quotes(tenant, "EURUSD"), encodeTickBatch({ ...header, kind: "live", ticks: [tick] }));
    },
    fillOf: async (orderId: string) =>
      (await events()).find(
        ({ type, data }) => type === "OrderFilled" && (data as { orderId: string }).orderId === orderId,
      ),
    types: async () => (await events()).map(({ type }) => type),
  };
}
export type Desk = ReturnType<typeof desk>;
