import type { TenantId } from "@tradesage/contracts";
import type { Postgres } from "../connect-postgres.ts";

/**
 * Ends the epoch of a tenant's ticks and gives its number: everything that is written later counts to a later one, for
 * who writes ticks holds their checkpoint. Waits for who is writing.
 * @throws TenantNotProvisioned; PostgresUnavailable.
 */
export function endTickEpoch(postgres: Postgres, tenant: TenantId): Promise<bigint> {
  return postgres.tenant(tenant, async (_, client) => {
    await client.query("select from checkpoints where name = 'ticks' for update");
    const { rows } = await client.query<{ ended: string }>("select (nextval('tick_changes_epoch') - 1)::text as ended");
    return BigInt(rows[0]?.ended ?? 0);
  });
}
