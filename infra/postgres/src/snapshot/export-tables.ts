import type { TenantId } from "@tradesage/contracts";
import { to as copyTo } from "pg-copy-streams";
import type { Postgres } from "../connect-postgres.ts";
import { quoted, type TableShape, tablesOf } from "./tables.ts";

/** `csv`: RFC 4180 with headings. `ndjson`: a JSON object a line. */
export const exportFormats = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportedTable {
  readonly name: string;
  readonly rows: number;
  /** To be taken whole, once. */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Gives `take` each table of a tenant, one after the other, all as of one moment, and resolves to how far the read models
 * had come in the history by then. Memory does not grow with the rows. Needs a patient connection for a large tenant.
 * @throws TenantNotProvisioned; PostgresUnavailable
 */
export async function exportTables(
  postgres: Postgres,
  tenant: TenantId,
  format: ExportFormat,
  take: (table: ExportedTable) => Promise<void>,
): Promise<bigint> {
  return postgres.tenant(
    tenant,
    async (_, client) => {
      for (const table of await tablesOf(client)) {
        const { rows } = await client.query<{ count: string }>(`select count(*) from ${quoted([table.name])}`);
        const content = client.query(copyTo(copyOf(table, format)));
        await take({ name: table.name, rows: Number(rows[0]?.count), content });
      }
      const { rows } = await client.query<{ position: string }>(
        "select coalesce(min(position), 0)::text as position from checkpoints where name <> 'ticks'",
      );
      return BigInt(rows[0]?.position ?? 0);
    },
    { snapshot: true, readOnly: true },
  );
}

function copyOf({ name, columns }: TableShape, format: ExportFormat): string {
  const rows = `select ${quoted(columns)} from ${quoted([name])}`;
  if (format === "csv") return `copy (${rows}) to stdout (format csv, header)`;
  // JSON has no control characters, so that nothing is quoted or escaped by them.
  return `copy (select to_json(t) from (${rows}) t) to stdout (format csv, quote e'\\x01', delimiter e'\\x02')`;
}
