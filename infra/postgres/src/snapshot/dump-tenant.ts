import type { TenantId } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import type { Postgres } from "../connect-postgres.ts";
import { knownMigrations } from "../migrations/tenant/index.ts";
import { type ScopeNames, tenantScope } from "../scope.ts";
import { BODY, END_OF_BODY, SUMS } from "./script.ts";
import { quoted, sumsOf, type TableSums, tablesOf } from "./tables.ts";
import { endTickEpoch } from "./tick-epoch.ts";
import { copyOut, setSequences, statement, text } from "./write-script.ts";

/** A tenant's schema at one moment. */
export interface TenantDump {
  /** How far its read models had come in the history: the one that was furthest back. */
  readonly position: bigint;
  /** The epoch of its ticks up to which all are in it: `dumpTicks` goes on behind it. */
  readonly ticksUpTo: bigint;
  /** What its tables held. */
  readonly sums: TableSums;
  /** The script, to be taken once. */
  readonly script: AsyncIterable<Buffer>;
}

/**
 * Gives the tenant's schema, as of one moment, as a script that stock `psql` loads and `loadTenant` does: rows of
 * hypertables are in it, which `pg_dump -n` leaves out. Writers do not wait for it. Memory does not grow with the rows.
 * `take` must take the whole script before it resolves. Needs a patient connection for a large tenant.
 * @throws TenantNotProvisioned; PostgresUnavailable; Error when the schema is of a newer release than this.
 */
export async function dumpTenant<Result>(
  postgres: Postgres,
  tenant: TenantId,
  take: (dump: TenantDump) => Promise<Result>,
): Promise<Result> {
  const names = tenantScope(tenant);
  const ticksUpTo = await endTickEpoch(postgres, tenant);
  return postgres.tenant(
    tenant,
    async (_, client) => {
      const { rows } = await client.query<{ position: string }>(
        "select coalesce(min(position), 0)::text as position from checkpoints where name <> 'ticks'",
      );
      const sums = await sumsOf(client);
      const position = BigInt(rows[0]?.position ?? 0);
      return take({ position, ticksUpTo, sums, script: script(client, names, sums) });
    },
    { snapshot: true, readOnly: true },
  );
}

async function* script(client: PoolClient, names: ScopeNames, sums: TableSums): AsyncGenerator<Buffer> {
  const { rows } = await client.query<{ name: string }>("select name from migrations");
  const migrations = knownMigrations(rows.map(({ name }) => name));
  const tables = await tablesOf(client);
  yield text(preamble(names));
  yield text(`${BODY}\n`);
  for (const { name, sql } of migrations) yield statement(`-- ${name}\n${sql.trim().replace(/;?$/, ";")}`);
  // What the migrations themselves have written is among the rows that follow.
  yield statement(`truncate ${quoted(tables.map(({ name }) => name))};`);
  for (const table of tables) yield* copyOut(client, table);
  yield* setSequences(client);
  yield text(`${SUMS.values}${JSON.stringify(sums)}\n`);
  yield text(`${END_OF_BODY}\n`);
}

/** What `psql` needs and `loadTenant` does by itself, since it may load into a schema of another name. */
const preamble = ({ scope, schema, role }: ScopeNames) => `-- A snapshot of the tenant ${scope}.
-- psql -v ON_ERROR_STOP=1 --single-transaction -f THIS, as a role that may create roles, where TimescaleDB is.
create extension if not exists timescaledb schema public;
do $$ begin create role ${role} nologin; exception when duplicate_object then null; end $$;
grant ${role} to current_user with inherit false, set true;
create schema ${schema} authorization ${role};
set local role ${role};
set local search_path = ${schema}, public;
create table migrations (name text primary key, applied_at timestamptz not null default now());
`;
