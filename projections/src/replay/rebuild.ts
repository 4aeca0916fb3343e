import { setTimeout as sleep } from "node:timers/promises";
import type { Scope } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { createScratchSchema, dropScratchSchema, type PoolClient, scratchSchemaOf } from "@tradesage/postgres";
import { readScope } from "../runner/read-scope.ts";
import { writeBatch } from "../runner/write-batch.ts";
import { compareTables } from "./compare-tables.ts";
import type { ReplayComparison, ReplayParts } from "./compare-with-replay.ts";
import { batchesOf, inScope, liveSchemaOf, presentModels } from "./present-models.ts";

export interface RebuildParts extends ReplayParts {
  /** Told the position up to which the new tables have come. */
  readonly onProgress?: (position: bigint) => void;
}

/** What was swapped in: `rows` and `differences` tell of the tables that stood there before. */
export interface Rebuilt extends ReplayComparison {
  readonly events: number;
}

/** How long the projections' own transaction is waited for. */
const STANDSTILL_WITHIN_MS = 5000;
/** While the swap waits for a reader, all later readers wait for the swap: rather than longer, it is tried again. */
const SWAP_WITHIN_MS = 200;
const TRY_AGAIN_AFTER_MS = 500;
const TRIES = 60;
/** PostgreSQL manual, appendix A: a lock was not to be had in time; a deadlock. */
const lockFailures = new Set(["55P03", "40P01"]);

/**
 * Builds a scope's read models anew from its whole history, beside the live ones, which are read and written meanwhile;
 * then compares the two at one position and puts the new tables in the place of the old, in one transaction: whatever
 * dies, either the old ones are there or the new, complete. One at a time of a scope: a second takes the first's place.
 * @throws TenantNotProvisioned, PostgresUnavailable, EventStoreUnavailable; Error for an event that cannot be replayed.
 */
export async function rebuild(parts: RebuildParts, scope: Scope): Promise<Rebuilt> {
  const { postgres, eventStore, onProgress } = parts;
  const [live, scratch] = [liveSchemaOf(scope), scratchSchemaOf(scope)];
  const { projections, position: target } = await inScope(postgres, scope, (client) => presentModels(client, scope));
  const tables = projections.map(({ table }) => table);

  async function write(client: PoolClient, batch: readonly RecordedEvent[]): Promise<void> {
    await client.query("select set_config('search_path', $1, true)", [`${scratch}, public`]);
    await writeBatch(client, projections, batch, 0n);
  }

  async function build() {
    let [reached, events] = [0n, 0];
    for await (const batch of batchesOf(readScope(eventStore, scope, 0n), target)) {
      await inScope(postgres, scope, (client) => write(client, batch));
      reached = batch.at(-1)?.position ?? reached;
      events += batch.length;
      onProgress?.(reached);
    }
    for (const table of tables) await inScope(postgres, scope, (client) => client.query(`analyze ${scratch}.${table}`));
    return { reached, events };
  }

  const swap = ({ reached, events }: Awaited<ReturnType<typeof build>>) =>
    inScope(postgres, scope, async (client): Promise<Rebuilt> => {
      await client.query(`set local lock_timeout = ${STANDSTILL_WITHIN_MS}`);
      // From here on the live ones stand still.
      const { position } = await presentModels(client, scope, "for update");
      let since = 0;
      for await (const batch of batchesOf(readScope(eventStore, scope, reached), position)) {
        await write(client, batch);
        since += batch.length;
      }
      const compared = await compareTables(client, tables, live, scratch);
      await client.query(`set local lock_timeout = ${SWAP_WITHIN_MS}`);
      await client.query(`lock table ${tables.map((table) => `${live}.${table}`).join(", ")} in access exclusive mode`);
      for (const table of tables) {
        await client.query(`drop table ${live}.${table}`);
        await client.query(`alter table ${scratch}.${table} set schema ${live}`);
      }
      await client.query(`update ${live}.checkpoints set position = $2 where name = any($1)`, [
        tables,
        String(position),
      ]);
      return { position, events: events + since, ...compared };
    });

  await createScratchSchema(postgres, scope);
  try {
    const built = await build();
    return await repeated(() => swap(built));
  } finally {
    await dropScratchSchema(postgres, scope).catch(() => undefined);
  }
}

async function repeated<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let left = TRIES; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 1 || !lockFailures.has((error as { code?: string }).code ?? "")) throw error;
    }
    await sleep(TRY_AGAIN_AFTER_MS);
  }
}
