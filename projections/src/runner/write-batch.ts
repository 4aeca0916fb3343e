import { parseStream } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { PoolClient } from "@tradesage/postgres";
import type { Projection } from "../projection.ts";
import { changesOf } from "./fold.ts";
import { ModelBehind } from "./model-behind.ts";
import { prepared } from "./prepared.ts";

type Row = Record<string, unknown>;

/**
 * Writes what a batch of events does to the read models of the scope that the transaction is in, and how far they have
 * come with it. `after` is where the batch begins: of this scope nothing lies between there and its first event. Events
 * that a model has seen are left out: its checkpoint is locked until the commit, so that whatever dies, and whoever else
 * writes, each event counts once. A model without a checkpoint is one that the scope has not.
 * At most three statements a model, however many events there are.
 * @throws ModelBehind when a model has not come as far as `after`, and another has. Error when another schema was put in
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
  for (const projection of moved) {
    const seen = checkpoints.get(projection.table) ?? 0n;
    const unseen = (byAggregate.get(projection.aggregate) ?? []).filter(({ position }) => position > seen);
    await writeModel(client, projection, unseen);
  }
  const { rowCount } = await client.query(
    prepared(
      `update checkpoints set position = $3 from unnest($1::text[], $2::bigint[]) as held (name, position)
       where checkpoints.name = held.name and checkpoints.position = held.position`,
      [
        moved.map(({ table }) => table),
        moved.map(({ table }) => String(checkpoints.get(table))),
        String(last.position),
      ],
    ),
  );
  // The lock was waited for in a schema that has been renamed since: what was written lies in the one that came instead.
  if (rowCount !== moved.length) throw new Error("the read models are not those whose checkpoints were locked");
}

/**
 * How far the model has come that is furthest back, if one is: they go together, but for one that a migration has added
 * since. Where all have come equally far, what lies before is none of the scope's.
 */
export function lagging(positions: readonly bigint[]): bigint | undefined {
  const lowest = positions.find((position) => positions.every((other) => position <= other));
  return positions.some((position) => position !== lowest) ? lowest : undefined;
}

async function writeModel(client: PoolClient, projection: Projection, events: readonly RecordedEvent[]): Promise<void> {
  const { table, key } = projection;
  const keyColumns = Object.keys(key).join(", ");
  // Rows travel as one JSON parameter that Postgres reads by the table's own column types: decimals stay exact.
  const given = (rows: readonly Row[]) => [JSON.stringify(rows)];
  const rowsOf = `json_populate_recordset(null::${table}, $1)`;
  const changes = changesOf(projection, events);
  const { put, removed } = changes.apply(await read());

  if (put[0]) {
    // In one order always: rows that were read have that of the table, which may be any.
    const columns = Object.keys(put[0]).sort();
    const excluded = columns.map((column) => `excluded.${column}`);
    await client.query(
      prepared(
        `insert into ${table} (${columns}) select ${columns} from ${rowsOf}
         on conflict (${keyColumns}) do update set (${columns}) = row(${excluded})`,
        given(put),
      ),
    );
  }
  if (removed.length > 0) {
    await client.query(
      prepared(`delete from ${table} where (${keyColumns}) in (select ${keyColumns} from ${rowsOf})`, given(removed)),
    );
  }

  async function read(): Promise<readonly Row[]> {
    if (changes.toRead.length === 0) return [];
    const { rows } = await client.query<Row>(
      `select * from ${table} join (select ${keyColumns} from ${rowsOf}) as wanted using (${keyColumns})`,
      given(changes.toRead),
    );
    return rows;
  }
}
