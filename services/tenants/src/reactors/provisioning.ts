import type { CommandHandler } from "@tradesage/command-handler";
import { EventMetadata, tenantEvents } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import { type Postgres, PostgresUnavailable, provisionTenantSchema } from "@tradesage/postgres";
import { type Following, followRequests } from "@tradesage/reactor";
import type { Logger } from "@tradesage/telemetry";
import { loadTenant } from "../load-tenant.ts";
import { isGoing } from "../tenant/tenant.ts";
import { activate, completeTemplateChange, reportFailure } from "./commands.ts";

export interface ProvisioningOptions {
  readonly eventStore: Pick<EventStore, "subscribeToAll" | "readStream">;
  readonly postgres: Postgres;
  readonly tenant: CommandHandler;
  readonly logger: Logger;
}

const { TenantRequested, TemplateChangeRequested } = tenantEvents;

/** More at once would only wait for each other: Postgres makes one role at a time. */
const AT_ONCE = 4;
const TOLD_AFTER_FAILURES = 3;

/**
 * Whenever a tenant, or a wider template for one, is requested, makes what it needs and tells the tenant so. Both steps
 * may be repeated. It never gives up; a new tenant tells why it is not there yet.
 */
export function startProvisioning({ eventStore, postgres, tenant, logger }: ProvisioningOptions): Promise<Following> {
  async function provision(request: RecordedEvent): Promise<void> {
    const isNew = request.type === TenantRequested.name;
    const { tenantId, template } = (isNew ? TenantRequested : TemplateChangeRequested).schema.parse(request.data);
    const metadata = EventMetadata.parse(request.metadata);
    // Asked for in the past of a tenant that is no more.
    if (isGoing(await loadTenant(eventStore, tenantId))) return;
    await provisionTenantSchema(postgres, tenantId, template);
    await tenant.handle(
      isNew ? activate(request.id, metadata) : completeTemplateChange(request.id, metadata, template),
    );
    logger.info({ tenant: tenantId, template }, "a tenant was provisioned");
  }

  async function tell(request: RecordedEvent, failures: number, error: unknown): Promise<boolean> {
    const metadata = EventMetadata.safeParse(request.metadata);
    if (failures === TOLD_AFTER_FAILURES && !(error instanceof PostgresUnavailable) && metadata.success)
      await tenant.handle(reportFailure(request.id, metadata.data, error));
    return false;
  }

  return followRequests({
    name: "provisioning",
    eventStore,
    postgres,
    eventTypes: [TenantRequested.name, TemplateChangeRequested.name],
    atOnce: AT_ONCE,
    work: provision,
    onFailure: tell,
    logger,
  });
}
