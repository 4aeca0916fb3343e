import { parseStream } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { PoolClient } from "@tradesage/postgres";
import type { Projection } from "../projection.ts";
import { ModelBehind } from "./model-behind.ts";
import { prepared } from "./prepared.ts";
import { type Write, writesOf } from "./writes-of.ts";

/**
 * Writes what a batch of events does to the read models of the scope that the transaction is in, and how far they have
 * come with it. `after` is where the batch begins: of this scope nothing lies between there and its first event. Events
 * that a model has seen are left out: its checkpoint is locked until the commit, so that whatever dies, and whoever else
 * writes, each event counts once. A model without a checkpoint is one that the scope has not.
 * However many events there are, rows are read by one statement a model, where it changes some, and written by one for all.
 * @throws ModelBehind when a model has not come as far as `after`, and another has; or when another schema was put in
 * the place of the scope's while it was waited for.
 */
export async function writeBatch(
  client: PoolClient,
  projections: readonly Projection[],
  events: readonly RecordedEvent[],
  after: bigint,
): Promise<void> {
  const last = events.at(-1);
  if (!last) return;
  const names = projections.map(({ table }) => table);
  const { rows } = await client.query<{ name: string; position: string }>(
    prepared("select name, position from checkpoints where name = any($1) order by name for update", [names]),
  );
  const checkpoints = new Map(rows.map(({ name, position }) => [name, BigInt(position)]));
  const behind = lagging([...checkpoints.values()]);
  if (behind !== undefined && behind < after) throw new ModelBehind(behind);
  const moved = projections.filter(({ table }) => (checkpoints.get(table) ?? last.position) < last.position);
  if (moved.length === 0) return;
  const byAggregate = Map.groupBy(events, ({ stream }) => parseStream(stream)?.aggregate);
  const writes: Write[] = [];
  for (const projection of moved) {
    const seen = checkpoints.get(projection.table) ?? 0n;
    const unseen = (byAggregate.get(projection.aggregate) ?? []).filter(({ position }) => position > seen);
    writes.push(...(await writesOf(client, projection, unseen)));
  }
  // All of it is one statement: a table is written to once in it, or two sets of its rows are.
  const parts = writes.map(({ name, sql }, index) => `${name} as (${sql(`$${index + 4}`)})`);
  const { rowCount } = await client.query(
    prepared(
      `${parts.length > 0 ? `with ${parts.join(", ")}` : ""}
       update checkpoints set position = $3 from unnest($1::text[], $2::bigint[]) as held (name, position)
       where checkpoints.name = held.name and checkpoints.position = held.position`,
      [
        moved.map(({ table }) => table),
        moved.map(({ table }) => String(checkpoints.get(table))),
        String(last.position),
        ...writes.map(({ json }) => json),
      ],
    ),
  );
  // The lock was waited for in a schema that has been renamed since, and what was read and written lies in the one that
  // came in its place, which has other events already.
  if (rowCount !== moved.length) throw new ModelBehind(after);
}

/**
 * How far the model has come that is furthest back, if one is: they go together, but for one that a migration has added
 * since. Where all have come equally far, what lies before is none of the scope's.
 */
export function lagging(positions: readonly bigint[]): bigint | undefined {
  const lowest = positions.find((position) => positions.every((other) => position <= other));
  return positions.some((position) => position !== lowest) ? lowest : undefined;
}
