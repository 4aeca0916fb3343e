import { z } from "zod";
import { Position, TenantId } from "../ids.ts";
import { RetentionDays, RetentionKind } from "../market-data/retention.ts";
import { command, event, type MessageOf, query } from "../messages.ts";
import { TerminalKeyDigest, TerminalKeyId } from "./terminal-keys.ts";

/** What is created for a tenant: `basic` takes ticks and bars, `trading` adds accounts and orders, the last adds analytics. */
export const TenantTemplate = z.enum(["basic", "trading", "trading_plus_analytics"]).meta({ id: "TenantTemplate" });
export type TenantTemplate = z.output<typeof TenantTemplate>;

export const TenantStatus = z.enum(["provisioning", "active", "failed", "suspended"]).meta({ id: "TenantStatus" });
export type TenantStatus = z.output<typeof TenantStatus>;

const DisplayName = z.string().trim().min(1).max(120);
const Reason = z.string().trim().min(1).max(500);
const Label = z.string().trim().min(1).max(120);
const tenant = { tenantId: TenantId };

export const tenantCommands = {
  CreateTenant: command(
    "CreateTenant",
    z.object({ ...tenant, name: DisplayName.optional(), template: TenantTemplate.default("trading") }),
  ),
  /** Sent by the provisioning policy once schema, role and tables stand. */
  ActivateTenant: command("ActivateTenant", z.object(tenant)),
  /** Sent by the provisioning policy when it has failed several times; it goes on trying. */
  ReportProvisioningFailure: command("ReportProvisioningFailure", z.object({ ...tenant, reason: z.string().max(500) })),
  RenameTenant: command("RenameTenant", z.object({ ...tenant, name: DisplayName })),
  /** Shuts the tenant's doors: API, socket and bridge refuse its tokens and keys until it is resumed. What it has stays. */
  SuspendTenant: command("SuspendTenant", z.object({ ...tenant, reason: Reason.optional() })),
  ResumeTenant: command("ResumeTenant", z.object(tenant)),
  /** Only to a template that has all that the present one has: nothing is ever taken from a tenant. */
  ChangeTemplate: command("ChangeTemplate", z.object({ ...tenant, template: TenantTemplate })),
  /** Sent by the provisioning policy once what the wider template adds stands. */
  CompleteTemplateChange: command("CompleteTemplateChange", z.object({ ...tenant, template: TenantTemplate })),
  /** How long ticks, or bars of one length, are kept. Unless told, everything is kept for ever. */
  SetRetention: command("SetRetention", z.object({ ...tenant, kind: RetentionKind, days: RetentionDays })),
  /** Lets whoever bears the key that has this digest feed the tenant. The key itself is made by the caller, and never sent. */
  IssueTerminalKey: command(
    "IssueTerminalKey",
    z.object({ ...tenant, keyId: TerminalKeyId, digest: TerminalKeyDigest, label: Label.optional() }),
  ),
  /** For good: its terminals are sent away, and its name is not given again. */
  RevokeTerminalKey: command("RevokeTerminalKey", z.object({ ...tenant, keyId: TerminalKeyId })),
} as const;
export type TenantCommand = MessageOf<typeof tenantCommands>;

export const tenantEvents = {
  TenantRequested: event("TenantRequested", z.object({ ...tenant, name: DisplayName, template: TenantTemplate })),
  TenantActivated: event("TenantActivated", z.object(tenant)),
  TenantProvisioningFailed: event("TenantProvisioningFailed", z.object({ ...tenant, reason: z.string() })),
  TenantRenamed: event("TenantRenamed", z.object({ ...tenant, name: DisplayName })),
  TenantSuspended: event("TenantSuspended", z.object({ ...tenant, reason: Reason.optional() })),
  TenantResumed: event("TenantResumed", z.object(tenant)),
  TemplateChangeRequested: event("TemplateChangeRequested", z.object({ ...tenant, template: TenantTemplate })),
  TerminalKeyIssued: event(
    "TerminalKeyIssued",
    z.object({ ...tenant, keyId: TerminalKeyId, digest: TerminalKeyDigest, label: Label.optional() }),
  ),
  TerminalKeyRevoked: event("TerminalKeyRevoked", z.object({ ...tenant, keyId: TerminalKeyId })),
  RetentionSet: event("RetentionSet", z.object({ ...tenant, kind: RetentionKind, days: RetentionDays })),
  TemplateChanged: event("TemplateChanged", z.object({ ...tenant, template: TenantTemplate })),
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
    /** Why it could not be provisioned, at the last try. */
    failure: z.string().optional(),
    /** Why it is suspended. */
    suspension: z.string().optional(),
    /** The template that it is being brought to. */
    requestedTemplate: TenantTemplate.optional(),
  })
  .meta({ id: "Tenant" });
export type TenantView = z.output<typeof TenantView>;

export const tenantQueries = {
  tenants: query("tenants", z.object({}), z.object({ items: z.array(TenantView) })),
  tenant: query("tenant", z.object(tenant), TenantView),
} as const;
