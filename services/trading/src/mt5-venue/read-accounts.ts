import {
  type AccountEvent,
  type AccountId,
  accountEvents,
  type EventMetadata,
  type JsonObject,
  streams,
  type TenantId,
  upcast,
} from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";

/** An event of an account, as it stands in its stream. */
interface AccountFact {
  readonly event: AccountEvent;
  readonly revision: bigint;
  /** When the command came: milliseconds since the epoch. */
  readonly at: number;
}

/** An account's events from a revision on. */
export type ReadAccount = (tenant: TenantId, accountId: AccountId, from: bigint) => AsyncIterable<AccountFact>;

export const readAccounts = (eventStore: Pick<EventStore, "readStream">): ReadAccount =>
  async function* read(tenant, accountId, from) {
    for await (const { type, data, metadata, revision } of eventStore.readStream(streams.account(tenant, accountId), {
      from,
    })) {
      const { schema, at } = metadata as EventMetadata;
      const event = { type, data: upcast(accountEvents, { type, data: data as JsonObject, schema }) } as AccountEvent;
      yield { event, revision, at: Date.parse(at) };
    }
  };
