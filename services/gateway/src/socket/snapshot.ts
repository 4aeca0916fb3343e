import {
  type JsonObject,
  type JsonValue,
  type QueryEnvelope,
  type QueryReply,
  subjects,
  type TenantId,
  tradingQueries,
} from "@tradesage/contracts";
import type { Subscribe } from "@tradesage/contracts/socket";
import type { Bus } from "@tradesage/message-bus";

/** What a read model holds now: whatever happened up to `position` is in it. */
export interface Snapshot {
  readonly position: string;
  readonly items: readonly JsonObject[];
}

type Pictured = Extract<Subscribe, { snapshot?: unknown }>;
type Page = { readonly items: readonly JsonObject[]; readonly next?: string };

const PAGE = 1000;

/** Reads the picture that a subscription begins with, as the HTTP API would answer it. Refuses as that does. */
export async function readSnapshot(bus: Pick<Bus, "request">, tenant: TenantId, wanted: Pictured): Promise<Snapshot> {
  const { name, data } = queryOf(wanted);
  const items: JsonObject[] = [];
  let position: string | undefined;
  let cursor: string | undefined;
  do {
    const envelope: QueryEnvelope = { query: name, data: { ...data, ...(cursor !== undefined && { cursor }) }, tenant };
    const subject = subjects.query("projections", tenant, name);
    const reply = (await bus.request(subject, envelope as unknown as JsonValue)) as QueryReply;
    const page = reply.answer as Page;
    // Pages are read one after the other: what came after the first one's position is told again as events.
    position ??= reply.position;
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return { position, items };
}

function queryOf({ channel, accountId }: Pictured): { name: string; data: JsonObject } {
  switch (channel) {
    case "account":
      return { name: tradingQueries.accounts.name, data: { limit: PAGE } };
    case "orders":
      return { name: tradingQueries.orders.name, data: { accountId: accountId ?? "", status: "open", limit: PAGE } };
    case "positions":
      return { name: tradingQueries.positions.name, data: { accountId: accountId ?? "" } };
  }
}
