import { z } from "zod";
import { Position, TenantId } from "../ids.ts";
import { command, event, type MessageOf, query } from "../messages.ts";

/** What is created for a tenant: `basic` takes ticks and bars, `trading` adds accounts and orders, the last adds analytics. */
export const TenantTemplate = z.enum(["basic", "trading", "trading_plus_analytics"]).meta({ id: "TenantTemplate" });
export type TenantTemplate = z.output<typeof TenantTemplate>;

export const TenantStatus = z.enum(["provisioning", "active", "failed"]).meta({ id: "TenantStatus" });
export type TenantStatus = z.output<typeof TenantStatus>;

const DisplayName = z.string().trim().min(1).max(120);

export const tenantCommands = {
  CreateTenant: command(
    "CreateTenant",
    z.object({ tenantId: TenantId, name: DisplayName.optional(), template: TenantTemplate.default("trading") }),
  ),
  /** Sent by the provisioning policy once schema, role and tables stand. */
  ActivateTenant: command("ActivateTenant", z.object({ tenantId: TenantId })),
  /** Sent by the provisioning policy when it has failed several times; it goes on trying. */
  ReportProvisioningFailure: command(
    "ReportProvisioningFailure",
    z.object({ tenantId: TenantId, reason: z.string().max(500) }),
  ),
} as const;
export type TenantCommand = MessageOf<typeof tenantCommands>;

export const tenantEvents = {
  TenantRequested: event(
    "TenantRequested",
    z.object({ tenantId: TenantId, name: DisplayName, template: TenantTemplate }),
  ),
  TenantActivated: event("TenantActivated", z.object({ tenantId: TenantId })),
  TenantProvisioningFailed: event("TenantProvisioningFailed", z.object({ tenantId: TenantId, reason: z.string() })),
} as const;
export type TenantEvent = MessageOf<typeof tenantEvents>;

export const TenantView = z
  .object({
    tenantId: TenantId,
    name: z.string(),
    template: TenantTemplate,
    status: TenantStatus,
    createdAt: z.iso.datetime(),
    position: Position,
    failure: z.string().optional(),
  })
  .meta({ id: "Tenant" });
export type TenantView = z.output<typeof TenantView>;

export const tenantQueries = {
  tenants: query("tenants", z.object({}), z.object({ items: z.array(TenantView) })),
  tenant: query("tenant", z.object({ tenantId: TenantId }), TenantView),
} as const;
