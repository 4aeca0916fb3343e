import { commandMetrics, createCommandHandler, serveCommands, serveStates } from "@tradesage/command-handler";
import { stateQueries, streams, tenantCommands, tenantEvents } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Bus, buckets } from "@tradesage/message-bus";
import type { Postgres } from "@tradesage/postgres";
import type { Logger, Registry } from "@tradesage/telemetry";
import { endpoints } from "./endpoints.ts";
import { keepSpares } from "./keep-spares.ts";
import { keepMigrated } from "./migrations/keep-migrated.ts";
import { startDeleting } from "./reactors/deleting.ts";
import { startProvisioning } from "./reactors/provisioning.ts";
import { tenant } from "./tenant/tenant.ts";
import type { Thresholds } from "./watch/alarms.ts";
import { serveHealth } from "./watch/serve-health.ts";
import { watchTenants } from "./watch/watch.ts";

export interface TenantsOptions {
  readonly eventStore: EventStore;
  readonly postgres: Postgres;
  readonly bus: Bus;
  /** How often all tenants are looked at, and what is told then. */
  readonly watching: { readonly everySeconds: number; readonly thresholds: Thresholds };
  /** How many schemas are kept ready for tenants to come. */
  readonly spareSchemas: number;
  readonly logger: Logger;
  readonly metrics: Registry;
}

export interface Tenants {
  /** Rejects when the history cannot be followed any more: the process must end. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the service; once it returns, tenants can be created and are provisioned. */
export async function startTenants(options: TenantsOptions): Promise<Tenants> {
  const { eventStore, postgres, bus, watching, spareSchemas, logger, metrics } = options;
  const handler = createCommandHandler({
    commands: tenantCommands,
    events: tenantEvents,
    decider: tenant,
    streamOf: (id) => streams.tenant(id),
    context: () => undefined,
    eventStore,
    refusals: await bus.kv(buckets.refusals),
    logger,
    metrics: commandMetrics(metrics),
  });
  const rollOut = keepMigrated({ eventStore, postgres, logger });
  const provisioning = await startProvisioning({ eventStore, postgres, tenant: handler, logger });
  const spares = keepSpares({ postgres, count: spareSchemas, logger, metrics });
  const deleting = await startDeleting({ eventStore, postgres, bus, tenant: handler, logger });
  const watch = watchTenants({ ...watching, eventStore, postgres, tenant: handler, logger, metrics });
  const telling = await serveHealth(bus, postgres, watch);
  const serving = await serveCommands(bus, "tenants", endpoints(handler));
  const auditing = await serveStates(bus, "tenants", eventStore, [
    { query: stateQueries.tenantState, decider: tenant, events: tenantEvents, streamOf: (id) => streams.tenant(id) },
  ]);
  return {
    ended: Promise.race([provisioning.ended, deleting.ended]),
    async stop() {
      await Promise.all([serving.stop(), auditing.stop(), telling.stop()]);
      await Promise.all([provisioning.stop(), deleting.stop(), rollOut.stop(), spares.stop(), watch.stop()]);
    },
  };
}
