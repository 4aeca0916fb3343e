import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Postgres, schemaOf } from "@tradesage/postgres";
import { stackFolder } from "@tradesage/stack";
import type { Measured } from "./processor-time.ts";

const run = promisify(execFile);
const own = join(stackFolder, "native/root/usr/lib/postgresql/17/bin");
const program = (name: string) => (existsSync(join(own, name)) ? join(own, name) : name);

/** What the event store promises of a place: one event at a position, one at a revision of a stream. */
const EVENTS = `create table plain_events (
  position bigint primary key, id uuid not null, type text not null, stream text not null, revision bigint not null,
  at timestamptz not null, data jsonb not null, metadata jsonb not null, unique (stream, revision)
)`;
const TOGETHER = 5000;

/**
 * The same rows as plain tables with the same keys, since `pg_dump -n` leaves those of hypertables out and knows of no
 * event store; dumped and restored by stock tools at their best: zstd of the same level, two jobs as ours has.
 * What both took, and bytes of the dump.
 */
export async function stockTools(
  { postgres, eventStore, url }: { readonly postgres: Postgres; readonly eventStore: EventStore; readonly url: string },
  tenant: TenantId,
  folder: string,
  measure: (work: () => Promise<unknown>) => Promise<Measured>,
): Promise<{ readonly dump: Measured; readonly restore: Measured; readonly bytes: number }> {
  const schema = schemaOf(tenant);
  const inSchema = (sql: string, values: readonly unknown[] = []) =>
    postgres.tenant(tenant, (_, client) => client.query(sql, [...values]));
  await inSchema("create table plain_ticks (like ticks including all)");
  await inSchema("insert into plain_ticks select * from ticks");
  await inSchema(EVENTS);
  let batch: object[] = [];
  const write = async () => {
    const rows = JSON.stringify(batch);
    batch = [];
    await inSchema("insert into plain_events select * from jsonb_populate_recordset(null::plain_events, $1)", [rows]);
  };
  const history = eventStore.readAll({ streamPrefixes: [`${tenant}-`] });
  for await (const { revision, position, ...event } of history) {
    batch.push({ ...event, revision: String(revision), position: String(position) });
    if (batch.length === TOGETHER) await write();
  }
  await write();
  const out = join(folder, "stock");
  const tables = ["plain_ticks", "plain_events"].flatMap((table) => ["-t", `${schema}.${table}`]);
  const how = ["-Fd", "-j", "2", "--compress=zstd:3"];
  const dump = await measure(() =>
    run(program("pg_dump"), ["-d", url, "--role", schema, ...how, ...tables, "-f", out]),
  );
  await inSchema("drop table plain_ticks, plain_events");
  const restore = await measure(() =>
    run(program("pg_restore"), ["-d", url, "--no-owner", "--role", schema, "-j", "2", out]),
  );
  await inSchema("drop table plain_ticks, plain_events");
  const files = await Promise.all((await readdir(out)).map((name) => stat(join(out, name))));
  return { dump, restore, bytes: files.reduce((all, { size }) => all + size, 0) };
}
