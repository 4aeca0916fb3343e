import {
  healthQueries,
  type JsonValue,
  PLATFORM,
  parseInput,
  QueryEnvelope,
  refuse,
  subjects,
} from "@tradesage/contracts";
import type { Bus, Serving } from "@tradesage/message-bus";
import { type Postgres, PostgresUnavailable } from "@tradesage/postgres";
import { slowStatements } from "./slow-statements.ts";
import type { Watch } from "./watch.ts";

/** Answers `query.watch.platform.…` with what was last seen. It has no place in the history: `after` is told back. */
export function serveHealth(bus: Pick<Bus, "serve">, postgres: Postgres, watch: Watch): Promise<Serving> {
  const { tenantHealth, tenantsHealth } = healthQueries;

  async function answerOf(query: string, data: unknown): Promise<unknown> {
    if (query === tenantsHealth.name) return { items: watch.all() };
    const { tenantId } = parseInput(tenantHealth.schema, data);
    const health = watch.of(tenantId) ?? refuse("TENANT_NOT_FOUND");
    return { ...health, slowStatements: await slowStatements(postgres, tenantId) };
  }

  return bus.serve(subjects.queriesOf("watch"), "watch", async ({ subject, payload }) => {
    const { query, tenant, data, after = "0" } = parseInput(QueryEnvelope, payload);
    const isKnown = query === tenantHealth.name || query === tenantsHealth.name;
    if (!isKnown || tenant !== PLATFORM || subject !== subjects.query("watch", tenant, query))
      return refuse("INVALID_INPUT", "the envelope names another tenant or query than its subject");
    try {
      return { position: after, answer: (await answerOf(query, data)) as JsonValue };
    } catch (error) {
      if (error instanceof PostgresUnavailable) return refuse("UNAVAILABLE");
      throw error;
    }
  });
}
