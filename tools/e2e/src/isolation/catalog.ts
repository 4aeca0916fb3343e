import type { PoolClient } from "@tradesage/postgres";

/** A table, view, sequence, index or chunk of the database, whoever has it. */
interface Relation {
  readonly name: string;
  readonly owner: string;
  readonly schema: string;
  readonly kind: string;
}

/** What a role got of a relation: its rows as text, or the SQLSTATE and message of the refusal. */
export interface Reading {
  readonly relation: Relation;
  readonly rows: readonly string[];
  readonly refused?: { readonly state: string; readonly message: string };
}

/** `pg_class.relkind` of all that has rows: tables, views, materialized views, foreign and partitioned tables, sequences, TOAST. */
const readable = ["r", "v", "m", "f", "p", "S", "t"];

/** Tries to read every relation of the catalog as whoever the transaction works. */
export async function readEverything(client: PoolClient): Promise<readonly Reading[]> {
  const { rows: relations } = await client.query<Relation>(
    `select format('%I.%I', n.nspname, c.relname) as name, c.relowner::regrole::text as owner, n.nspname::text as schema, c.relkind::text as kind
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = any($1) and not pg_is_other_temp_schema(n.oid) order by 1`,
    [readable],
  );
  const readings: Reading[] = [];
  for (const relation of relations) {
    await client.query("savepoint before_reading");
    try {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ${relation.name} t`);
      readings.push({ relation, rows: rows.map(({ text }) => text) });
    } catch (error) {
      await client.query("rollback to savepoint before_reading");
      const { code: state = "", message } = error as Error & { code?: string };
      readings.push({ relation, rows: [], refused: { state, message } });
    }
  }
  return readings;
}

/** What the working role may do to relations of other owners, or with functions in their schemas, or with their rights. */
export async function foreignRights(client: PoolClient, owner: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ right: string }>(
    `select 'write ' || c.oid::regclass as right from pg_class c
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relowner::regrole::text ~ $2 and c.relowner::regrole::text <> $1
       and (has_any_column_privilege(c.oid, 'select, insert, update, references')
         or has_table_privilege(c.oid, 'delete, truncate, trigger'))
     union all
     select 'call ' || p.oid::regprocedure from pg_proc p
     where p.proowner::regrole::text ~ $2 and p.proowner::regrole::text <> $1
       and has_schema_privilege(p.pronamespace, 'usage') and has_function_privilege(p.oid, 'execute')
     union all
     select 'work with the rights of ' || p.proowner::regrole || ' in ' || p.oid::regprocedure from pg_proc p
     where p.prosecdef and p.proowner <> 10 and has_function_privilege(p.oid, 'execute')
     union all
     select 'use the schema ' || nspname from pg_namespace
     where nspowner::regrole::text ~ $2 and nspowner::regrole::text <> $1 and has_schema_privilege(oid, 'usage, create')
     union all
     select 'be ' || rolname from pg_roles where rolname ~ $2 and rolname <> $1 and pg_has_role(oid, 'usage, set')
     union all
     select 'look past row security' where (select rolbypassrls or rolsuper or rolcreaterole from pg_roles where rolname = $1)`,
    [owner, "^(tenant_|tradesage)"],
  );
  return rows.map(({ right }) => right);
}
