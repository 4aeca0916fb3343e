import { PLATFORM, type Scope } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { Postgres } from "@tradesage/postgres";
import { projectionsOf } from "../projections.ts";
import { writeBatch } from "./write-batch.ts";

/** Writes a scope's events to its read models, with their checkpoints, in one transaction under its role. */
export async function writeScope(postgres: Postgres, scope: Scope, events: readonly RecordedEvent[]): Promise<void> {
  const projections = projectionsOf(scope);
  if (scope === PLATFORM) await postgres.platform((_, client) => writeBatch(client, projections, events));
  else await postgres.tenant(scope, (_, client) => writeBatch(client, projections, events));
}
