import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Postgres, schemaOf } from "@tradesage/postgres";
import { stackFolder } from "@tradesage/stack";

const run = promisify(execFile);
const own = join(stackFolder, "native/root/usr/lib/postgresql/17/bin");
const program = (name: string) => (existsSync(join(own, name)) ? join(own, name) : name);

/**
 * The same rows as plain tables, since `pg_dump -n` leaves those of hypertables out, dumped and restored by stock tools at
 * their best: zstd, tables without indexes. Seconds, and bytes of the dump.
 */
export async function stockTools(
  { postgres, eventStore, url }: { readonly postgres: Postgres; readonly eventStore: EventStore; readonly url: string },
  tenant: TenantId,
  folder: string,
): Promise<{ readonly dump: number; readonly restore: number; readonly bytes: number }> {
  const schema = schemaOf(tenant);
  await postgres.tenant(tenant, (_, client) => client.query("create table plain_ticks as select * from ticks"));
  await postgres.tenant(tenant, (_, client) => client.query("create table plain_events (event jsonb)"));
  let batch: string[] = [];
  const write = async () => {
    const rows = batch;
    batch = [];
    await postgres.tenant(tenant, (_, client) =>
      client.query("insert into plain_events select unnest($1::text[])::jsonb", [rows]),
    );
  };
  for await (const { id, type, stream, revision, data, metadata } of eventStore.readAll({
    streamPrefixes: [`${tenant}-`],
  })) {
    batch.push(JSON.stringify({ id, type, stream, revision: String(revision), data, metadata }));
    if (batch.length === 5000) await write();
  }
  await write();
  const file = join(folder, "stock.dump");
  const tables = ["plain_ticks", "plain_events"].flatMap((table) => ["-t", `${schema}.${table}`]);
  const dump = await seconds(() =>
    run(program("pg_dump"), ["-d", url, "--role", schema, "-Fc", "--compress=zstd:3", ...tables, "-f", file]),
  );
  await postgres.tenant(tenant, (_, client) => client.query("drop table plain_ticks, plain_events"));
  const restore = await seconds(() => run(program("pg_restore"), ["-d", url, "--no-owner", "--role", schema, file]));
  await postgres.tenant(tenant, (_, client) => client.query("drop table plain_ticks, plain_events"));
  return { dump, restore, bytes: (await stat(file)).size };
}

/** How long it takes, in seconds. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
