import {
  type JsonValue,
  liveQueries,
  parseInput,
  QueryEnvelope,
  refuse,
  subjects,
  TenantId,
} from "@tradesage/contracts";
import { EventStoreUnavailable } from "@tradesage/event-store";
import type { Bus, Serving } from "@tradesage/message-bus";
import type { LiveStates, Told } from "./live-states.ts";

/** Answers `query.live.<tenant>.…`. It is asked of the accounts themselves, so that nobody waits for an `after`. */
export function serveLiveStates(bus: Pick<Bus, "serve">, live: LiveStates): Promise<Serving> {
  const { liveState, followState } = liveQueries;

  function answerOf({ query, data, after }: QueryEnvelope, tenant: TenantId): Promise<Told> {
    const { accountId } = parseInput(liveState.schema, data);
    if (query === followState.name) return live.follow(tenant, accountId);
    return live.tell(tenant, accountId, after === undefined ? undefined : BigInt(after));
  }

  return bus.serve(subjects.queriesOf("live"), "live", async ({ subject, payload }) => {
    const envelope = parseInput(QueryEnvelope, payload);
    const { query, tenant } = envelope;
    const isKnown = query === liveState.name || query === followState.name;
    if (!isKnown || subject !== subjects.query("live", tenant, query))
      return refuse("INVALID_INPUT", "the envelope names another tenant or query than its subject");
    try {
      const { position, state } = await answerOf(envelope, parseInput(TenantId, tenant));
      return { position: String(position), answer: state as unknown as JsonValue };
    } catch (error) {
      if (error instanceof EventStoreUnavailable) return refuse("UNAVAILABLE");
      throw error;
    }
  });
}
