import type { RecordedEvent } from "@tradesage/event-store";
import type { PoolClient } from "@tradesage/postgres";
import type { Projection } from "../projection.ts";
import { changesOf } from "./fold.ts";
import { ModelBehind } from "./model-behind.ts";

type Row = Record<string, unknown>;

/**
 * Writes what a batch of events does to the read models of the scope that the transaction is in, and how far they have
 * come with it. `after` is where the batch begins: of this scope nothing lies between there and its first event. Events that a model has seen are left out: its checkpoint is locked until the commit, so that whatever
 * dies, and whoever else writes, each event counts once. A model without a checkpoint is one that the scope has not.
 * At most three statements a model, however many events there are.
 * @throws ModelBehind when a model has not come as far as `after`, and another has.
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
  const { rows: checkpoints } = await client.query<{ name: string; position: string }>(
    "select name, position from checkpoints where name = any($1) order by name for update",
    [names],
  );
  const behind = lagging(checkpoints.map(({ position }) => BigInt(position)));
  if (behind !== undefined && behind < after) throw new ModelBehind(behind);
  for (const { name, position } of checkpoints) {
    const projection = projections.find(({ table }) => table === name);
    const unseen = events.filter((event) => event.position > BigInt(position));
    if (projection) await writeModel(client, projection, unseen);
  }
  await client.query("update checkpoints set position = $2 where name = any($1) and position < $2", [
    names,
    String(last.position),
  ]);
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
    const columns = Object.keys(put[0]).join(", ");
    const excluded = Object.keys(put[0]).map((column) => `excluded.${column}`);
    await client.query(
      `insert into ${table} (${columns}) select ${columns} from ${rowsOf}
       on conflict (${keyColumns}) do update set (${columns}) = row(${excluded.join(", ")})`,
      given(put),
    );
  }
  if (removed.length > 0) {
    await client.query(
      `delete from ${table} where (${keyColumns}) in (select ${keyColumns} from ${rowsOf})`,
      given(removed),
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
