import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, test } from "vitest";
import {
  dumpTenant,
  loadRowsWithoutHistory,
  loadTenant,
  provisionTenantSchema,
  SchemaExists,
  sumsOf,
  type TableSums,
} from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../test-support/index.ts";

let database: TestDatabase;
let acme: string;
let taken: { script: Buffer; sums: TableSums };
const TICKS = 20_000;

beforeAll(async () => {
  database = await createTestDatabase();
  acme = database.uniqueTenant();
  await provisionTenantSchema(database.postgres, acme, "trading");
  await database.postgres.tenant(acme, (_, client) =>
    client.query(`
      insert into accounts values ('main', E'tab\\there, newline\\n, backslash\\\\ and \\\\. as text', 'USD', 100, 'netting', 'paper', 1000.10, now(), 7);
      insert into accounts values ('other', E'\\\\.', 'EUR', 100, 'netting', 'paper', 0.00, now(), 8);
      insert into feeds (symbol) values ('EURUSD'), ('GBPUSD');
      delete from feeds where symbol = 'GBPUSD';
      insert into ticks select '2026-01-15'::timestamptz + n * interval '10 seconds', 1.1 + n * 0.0001, 'NaN', 0, 0, 1, 0, 6, 0, 0, false
        from generate_series(1, ${TICKS}) n;
      update checkpoints set position = 42;
    `),
  );
  taken = await dumpTenant(database.postgres, acme, async ({ script, sums, position }) => {
    assert.equal(position, 42n);
    return { script: Buffer.concat(await Array.fromAsync(script)), sums };
  });
});
afterAll(() => database?.[Symbol.asyncDispose]());

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function* nothing() {}
const sumsNow = (tenant: string) => database.postgres.tenant(tenant, (_, client) => sumsOf(client));

describe("a snapshot", () => {
  test("has every row of every table, also of those that are cut into chunks by time", () => {
    assert.equal(taken.sums["ticks"]?.rows, String(TICKS));
    assert.deepEqual(
      Object.keys(taken.sums).filter((name) => name.startsWith("_")),
      [],
    );
  });

  test("loads as another tenant, equal row by row, and goes on from there", async () => {
    const copy = database.uniqueTenant();
    assert.deepEqual(await loadTenant(database.postgres, copy, inPieces(taken.script, 1000)), taken.sums);
    assert.deepEqual(await sumsNow(copy), taken.sums);
    const { rows } = await database.postgres.tenant(copy, (_, client) =>
      client.query("insert into feeds (symbol) values ('USDJPY') returning feed"),
    );
    assert.deepEqual(rows, [{ feed: 3 }]);
    await provisionTenantSchema(database.postgres, copy, "trading");
    const chunks = await database.query("select 1 from timescaledb_information.chunks where hypertable_schema = $1", [
      `tenant_${copy}`,
    ]);
    assert.ok(chunks.length > 1);
  });

  test.each([1, 2, 3, 7, 64])("is read alike in pieces of %i bytes", async (size) => {
    const [small, copy] = [database.uniqueTenant(), database.uniqueTenant()];
    await provisionTenantSchema(database.postgres, small, "trading");
    await database.postgres.tenant(small, (_, client) =>
      client.query("insert into executions values ('main', E'\\\\.', 'o', 'EURUSD', 'buy', 1, 1, now(), 1)"),
    );
    const script = await dumpTenant(database.postgres, small, async (dump) =>
      Buffer.concat(await Array.fromAsync(dump.script)),
    );
    const sums = await loadTenant(database.postgres, copy, inPieces(script, size));
    assert.deepEqual(sums, await sumsNow(small));
  });

  test("whose rows were changed is not loaded", async () => {
    const changed = Buffer.from(taken.script.toString("latin1").replace("\tEUR\t", "\tUSD\t"), "latin1");
    await assert.rejects(loadTenant(database.postgres, database.uniqueTenant(), inPieces(changed, 4096)), /accounts/);
  });

  test("gives a tenant only what no history gives, where that is asked", async () => {
    const copy = database.uniqueTenant();
    await provisionTenantSchema(database.postgres, copy, "trading");
    const rows = await loadRowsWithoutHistory(database.postgres, copy, inPieces(taken.script, 4096), nothing());
    assert.deepEqual(rows["ticks"], taken.sums["ticks"]);
    const now = await sumsNow(copy);
    assert.deepEqual([now["ticks"], now["feeds"]], [taken.sums["ticks"], taken.sums["feeds"]]);
    assert.deepEqual([now["accounts"]?.rows, now["orders"]?.rows], ["0", "0"]);
    assert.deepEqual(await indexesOf(copy), await indexesOf(acme));
  });

  const indexesOf = (tenant: string) =>
    database.query(
      "select indexname, replace(indexdef, schemaname || '.', '') as made from pg_indexes where schemaname = $1 order by 1",
      [`tenant_${tenant}`],
    );

  test("loads with stock psql on an empty database", async () => {
    const other = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), "tradesage-snapshot-"));
    try {
      writeFileSync(join(folder, "snapshot.sql"), taken.script);
      const url = new URL(other.url);
      const PGPASSWORD = decodeURIComponent(url.password);
      url.password = "";
      const args = [
        url.href,
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "--single-transaction",
        "-f",
        join(folder, "snapshot.sql"),
      ];
      await promisify(execFile)("psql", args, { env: { ...process.env, PGPASSWORD } });
      const sums = await other.postgres.tenant(acme, (_, client) => sumsOf(client));
      assert.deepEqual(sums, taken.sums);
      // Its role is the server's, and in use in the first database too.
      await other.postgres.tenant(acme, (_, client) => client.query(`drop schema tenant_${acme} cascade`));
    } finally {
      rmSync(folder, { recursive: true });
      await other[Symbol.asyncDispose]();
    }
  });

  test("that is cut short leaves nothing behind", async () => {
    const copy = database.uniqueTenant();
    const lastStatement = taken.script.lastIndexOf("select setval");
    for (const end of [100, 5000, taken.script.length / 2, lastStatement, taken.script.length - 1]) {
      const cut = taken.script.subarray(0, end);
      await assert.rejects(loadTenant(database.postgres, copy, inPieces(cut, 4096)));
    }
    await assert.rejects(sumsNow(copy));
    assert.deepEqual(await loadTenant(database.postgres, copy, inPieces(taken.script, 4096)), taken.sums);
  });

  test("is never written over a tenant that is there", async () => {
    await assert.rejects(loadTenant(database.postgres, acme, inPieces(taken.script, 4096)), SchemaExists);
    assert.deepEqual(await sumsNow(acme), taken.sums);
  });

  test("is of one moment, while the tenant is written to", async () => {
    const busy = database.uniqueTenant();
    await provisionTenantSchema(database.postgres, busy, "trading");
    const write = (n: number) =>
      database.postgres.tenant(busy, (_, client) =>
        client.query(
          `insert into executions values ('main', 'e${n}', 'o', 'EURUSD', 'buy', 1, 1, now(), ${n});
           update checkpoints set position = ${n}`,
        ),
      );
    await write(1);
    const sums = await dumpTenant(database.postgres, busy, async ({ script, sums, position }) => {
      await write(2);
      assert.equal(position, 1n);
      const copy = database.uniqueTenant();
      assert.deepEqual(await loadTenant(database.postgres, copy, script), sums);
      return sums;
    });
    assert.equal(sums["executions"]?.rows, "1");
  });
});
