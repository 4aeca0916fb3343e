import { pipeline } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { partsOf } from "./script.ts";

/**
 * Brings a tenant's tables without history from where they were when the epoch before it ended to where they were when
 * `dumpTicks` gave this script; in the caller's transaction, inside the tenant's schema.
 * @throws Error when the script is not whole, or the rows are not the same.
 */
export async function applyTicks(client: PoolClient, script: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const part of partsOf(script)) {
    if (part.kind === "statement") await client.query(part.sql);
    else if (part.kind === "copy") await pipeline(part.rows, client.query(copyFrom(part.sql)));
  }
}
