import {
  auditQueries,
  chainQueries,
  type JsonValue,
  modelQueries,
  PLATFORM,
  parseInput,
  QueryEnvelope,
  refuse,
  type Scope,
  subjects,
} from "@tradesage/contracts";
import { type EventStore, EventStoreUnavailable } from "@tradesage/event-store";
import type { Bus, BusRequest, Serving } from "@tradesage/message-bus";
import { chainHeads } from "./chain-heads.ts";
import { modelAsOf } from "./model-as-of.ts";
import { readHistory } from "./read-history.ts";

export interface ServeAuditOptions {
  readonly bus: Pick<Bus, "serve">;
  readonly eventStore: Pick<EventStore, "readAll" | "readStream" | "head">;
}

type Answer = (scope: Scope, data: unknown, deadlineMs: number) => Promise<unknown>;

/** What is left of the caller's patience when a long history is given up. */
const TIME_TO_ANSWER_MS = 500;

/**
 * Answers auditors from the event store itself, not from what was made of it: what is kept is seen at once, so `after`
 * never waits.
 */
export function serveAudit({ bus, eventStore }: ServeAuditOptions): Promise<Serving> {
  const { auditEvents } = auditQueries;
  const { auditModel } = modelQueries;
  const heads = chainQueries.chainHeads;
  const ofPlatform: Readonly<Record<string, Answer>> = {
    [heads.name]: (_, data) => chainHeads(eventStore, parseInput(heads.schema, data)),
  };
  const ofTenant: Readonly<Record<string, Answer>> = {
    [auditEvents.name]: (tenant, data) => readHistory(eventStore, tenant, parseInput(auditEvents.schema, data)),
    [auditModel.name]: (tenant, data, deadlineMs) =>
      modelAsOf(eventStore, tenant, parseInput(auditModel.schema, data), deadlineMs - TIME_TO_ANSWER_MS),
  };

  return bus.serve(subjects.queriesOf("audit"), "audit", async ({ subject, payload, deadlineMs }: BusRequest) => {
    const { query, tenant: scope, data } = parseInput(QueryEnvelope, payload);
    const answers = scope === PLATFORM ? ofPlatform : ofTenant;
    const answer = Object.hasOwn(answers, query) ? answers[query] : undefined;
    if (!answer || subject !== subjects.query("audit", scope, query))
      return refuse("INVALID_INPUT", "the envelope names another tenant or query than its subject");
    try {
      const position = String(await eventStore.head());
      return { position, answer: (await answer(scope, data, deadlineMs)) as JsonValue };
    } catch (error) {
      if (error instanceof EventStoreUnavailable) return refuse("UNAVAILABLE");
      throw error;
    }
  });
}
