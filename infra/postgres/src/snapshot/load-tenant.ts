import { pipeline } from "node:stream/promises";
import type { TenantId } from "@tradesage/contracts";
import { from as copyFrom } from "pg-copy-streams";
import { alone } from "../alone.ts";
import type { Postgres } from "../connect-postgres.ts";
import { createRole } from "../create-role.ts";
import { createSchema } from "../create-schema.ts";
import { tenantScope } from "../scope.ts";
import { partsOf } from "./script.ts";
import { sumsOf, type TableSums } from "./tables.ts";

/** The tenant's schema stands already: what is there is never written over. */
export class SchemaExists extends Error {
  override readonly name = "SchemaExists";
}

/**
 * Loads a snapshot's script into a new schema of `tenant`, whichever tenant it was taken of, and gives what its tables
 * hold then. All or nothing: one transaction. Needs a patient connection for a large one.
 * @throws SchemaExists; PostgresUnavailable; Error when the script is not whole.
 */
export async function loadTenant(
  postgres: Postgres,
  tenant: TenantId,
  script: AsyncIterable<Uint8Array>,
): Promise<TableSums> {
  const names = tenantScope(tenant);
  await postgres.owner((client) => createRole(client, names.role));
  return postgres.owner(async (client) => {
    await alone(client, names.schema);
    const { rowCount } = await client.query("select 1 from pg_namespace where nspname = $1", [names.schema]);
    if (rowCount) throw new SchemaExists(`the tenant ${tenant} has a schema already`);
    await createSchema(client, names, []);
    for await (const part of partsOf(script)) {
      if (part.kind === "statement") await client.query(part.sql);
      else await pipeline(part.rows, client.query(copyFrom(part.sql)));
    }
    await client.query("analyze");
    return sumsOf(client);
  });
}
