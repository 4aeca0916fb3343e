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

/** Answers `query.live.<tenant>.…`. It is asked of the accounts themselves, so that it is never behind an `after`. */
export function serveLiveStates(bus: Pick<Bus, "serve">, live: LiveStates): Promise<Serving> {
  const { liveState, followState } = liveQueries;

  function answerOf(query: string, tenant: TenantId, data: unknown): Promise<Told> {
    const { accountId } = parseInput(liveState.schema, data);
    return query === followState.name ? live.follow(tenant, accountId) : live.tell(tenant, accountId);
  }

  return bus.serve(subjects.queriesOf("live"), "live", async ({ subject, payload }) => {
    const { query, tenant, data } = parseInput(QueryEnvelope, payload);
    const isKnown = query === liveState.name || query === followState.name;
    if (!isKnown || subject !== subjects.query("live", tenant, query))
      return refuse("INVALID_INPUT", "the envelope names another tenant or query than its subject");
    try {
      const { position, state } = await answerOf(query, parseInput(TenantId, tenant), data);
      return { position: String(position), answer: state as unknown as JsonValue };
    } catch (error) {
      if (error instanceof EventStoreUnavailable) return refuse("UNAVAILABLE");
      throw error;
    }
  });
}
