import { z } from "zod";
import { BackupId } from "../backups/backups.ts";
import { Position, TenantId } from "../ids.ts";
import { RetentionDays, RetentionKind } from "../market-data/retention.ts";
import { command, event, type MessageOf, query } from "../messages.ts";
import { DisplayName, Reason } from "../texts.ts";
import { AlarmThreshold, AlarmThresholds, alarmed, TenantAlarm } from "./health.ts";
import { TerminalKeyDigest, TerminalKeyId } from "./terminal-keys.ts";

/** What is created for a tenant: `basic` takes ticks and bars, `trading` adds accounts and orders, the last adds analytics. */
export const TenantTemplate = z.enum(["basic", "trading", "trading_plus_analytics"]).meta({ id: "TenantTemplate" });
export type TenantTemplate = z.output<typeof TenantTemplate>;

/** `deleting`: it cannot be kept any more. `deleted`: only its events and its backups are left, and its id stays taken. */
export const TenantStatus = z
  .enum(["provisioning", "active", "failed", "suspended", "deleting", "deleted"])
  .meta({ id: "TenantStatus" });
export type TenantStatus = z.output<typeof TenantStatus>;

/** Hours for which a deletion can be cancelled. */
const GraceHours = z.int().min(0).max(8760);
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
  /** Suspends the tenant, and deletes it once the grace is over and a last backup is good. Its events are kept for ever. */
  RequestDeletion: command(
    "RequestDeletion",
    z.object({ ...tenant, reason: Reason, graceHours: GraceHours.default(30 * 24) }),
  ),
  /** As long as it has not begun: the tenant is again what it was. */
  CancelDeletion: command("CancelDeletion", z.object(tenant)),
  /** Sent by the deletion policy when the grace is over and the tenant is backed up. */
  BeginDeletion: command("BeginDeletion", z.object({ ...tenant, backupId: BackupId })),
  /** Sent by the deletion policy once schema, role and ticks on the bus are gone. */
  CompleteDeletion: command("CompleteDeletion", z.object(tenant)),
  /** Sent by the policy that watches: all alarms that stand now. */
  ReportAlarms: command("ReportAlarms", z.object({ ...tenant, alarms: z.array(z.object(alarmed)) })),
  /** Above what an alarm is raised for this tenant; 0 for never, null for what the platform has. */
  SetAlarmThreshold: command(
    "SetAlarmThreshold",
    z.object({ ...tenant, alarm: TenantAlarm, threshold: AlarmThreshold.nullable() }),
  ),
  /** How long ticks, bars of one length or the equity curve are kept. Unless told, everything is kept for ever. */
  SetRetention: command("SetRetention", z.object({ ...tenant, kind: RetentionKind, days: RetentionDays })),
  /** Lets whoever bears the key that has this digest feed the tenant. The key itself is made by the caller, and never sent. */
  IssueTerminalKey: command(
    "IssueTerminalKey",
    z.object({ ...tenant, keyId: TerminalKeyId, digest: TerminalKeyDigest, label: DisplayName.optional() }),
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
  /** `wasActive`: cancelled, it is resumed. */
  TenantDeletionRequested: event(
    "TenantDeletionRequested",
    z.object({ ...tenant, reason: Reason, graceHours: GraceHours, wasActive: z.boolean() }),
  ),
  TenantDeletionCancelled: event("TenantDeletionCancelled", z.object(tenant)),
  /** From here on it cannot be kept; `backupId` has all that it was. */
  TenantDeletionBegun: event("TenantDeletionBegun", z.object({ ...tenant, backupId: BackupId })),
  TenantDeleted: event("TenantDeleted", z.object(tenant)),
  TemplateChangeRequested: event("TemplateChangeRequested", z.object({ ...tenant, template: TenantTemplate })),
  TenantAlarmRaised: event("TenantAlarmRaised", z.object({ ...tenant, ...alarmed })),
  TenantAlarmCleared: event("TenantAlarmCleared", z.object({ ...tenant, alarm: TenantAlarm })),
  AlarmThresholdSet: event(
    "AlarmThresholdSet",
    z.object({ ...tenant, alarm: TenantAlarm, threshold: AlarmThreshold.nullable() }),
  ),
  TerminalKeyIssued: event(
    "TerminalKeyIssued",
    z.object({ ...tenant, keyId: TerminalKeyId, digest: TerminalKeyDigest, label: DisplayName.optional() }),
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
    /** Why it is deleted, and from when on, with a last backup before. */
    deletion: z.object({ reason: z.string(), dueAt: z.iso.datetime() }).optional(),
    /** What is beyond its threshold. */
    alarms: z.array(TenantAlarm).optional(),
    thresholds: AlarmThresholds.optional(),
    /** The template that it is being brought to. */
    requestedTemplate: TenantTemplate.optional(),
  })
  .meta({ id: "Tenant" });
export type TenantView = z.output<typeof TenantView>;

export const tenantQueries = {
  tenants: query("tenants", z.object({}), z.object({ items: z.array(TenantView) })),
  tenant: query("tenant", z.object(tenant), TenantView),
} as const;
