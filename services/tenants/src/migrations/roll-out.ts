import type { TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Postgres, pendingMigrations, provisionedTenants, provisionTenantSchema } from "@tradesage/postgres";
import limit from "p-limit";
import { loadTenant } from "../load-tenant.ts";
import { isGoing } from "../tenant/tenant.ts";

export interface RollOutOptions {
  readonly postgres: Postgres;
  readonly eventStore: Pick<EventStore, "readStream">;
  /** Changes nothing: the outcome says what would be done. */
  readonly dryRun?: boolean;
  /** Tenants that are migrated at once; 4 unless told. */
  readonly atOnce?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What became of one tenant: `migrations` were applied, or would be. With `failure` none was, and the next roll-out tries again. */
export interface Migrated {
  readonly tenantId: TenantId;
  readonly migrations: readonly string[];
  readonly failure?: string;
}

/**
 * Brings the schema of every tenant up to date: each in a transaction of its own, all of it or nothing, and one's
 * failure is its own. Safe to repeat and to interrupt: what is done is known by name in the tenant's schema.
 * Throws PostgresUnavailable, EventStoreUnavailable where it cannot even begin.
 */
export async function rollOutMigrations(options: RollOutOptions): Promise<readonly Migrated[]> {
  const { postgres, eventStore, dryRun = false, atOnce = 4, onProgress = () => {} } = options;
  const tenants = await provisionedTenants(postgres);
  let done = 0;
  onProgress(done, tenants.length);

  async function migrate(tenantId: TenantId): Promise<Migrated> {
    let migrations: readonly string[] = [];
    try {
      const state = await loadTenant(eventStore, tenantId);
      // A schema that the history does not know is none of ours to change, and one that is being dropped is not made again.
      const template = isGoing(state) ? undefined : state?.template;
      if (template) migrations = await pendingMigrations(postgres, tenantId, template);
      if (template && migrations.length > 0 && !dryRun) await provisionTenantSchema(postgres, tenantId, template);
      return { tenantId, migrations };
    } catch (error) {
      return { tenantId, migrations, failure: (error as Error).message };
    } finally {
      onProgress(++done, tenants.length);
    }
  }
  const inParallel = limit(atOnce);
  return Promise.all(tenants.map((tenantId) => inParallel(migrate, tenantId)));
}
