import {
  type AlarmThresholds,
  type DataOf,
  type RetentionKind,
  refuse,
  type TenantAlarm,
  type TenantCommand,
  type TenantEvent,
  type TenantStatus,
  TenantTemplate,
  type TerminalKeyId,
  withThreshold,
} from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";

interface Tenant {
  readonly status: TenantStatus;
  readonly name: string;
  readonly template: TenantTemplate;
  /** The wider template that it is being brought to. */
  readonly requested?: TenantTemplate | undefined;
  readonly failure?: string | undefined;
  /** That it is to be deleted; `wasActive`: it was not suspended before. */
  readonly deletion?: { readonly wasActive: boolean } | undefined;
  /** Those that stand. */
  readonly alarms?: readonly TenantAlarm[];
  readonly thresholds?: AlarmThresholds;
  /** Days that kinds of market data are kept; what is not named is kept for ever. */
  readonly retention?: Readonly<Partial<Record<RetentionKind, number | null>>>;
  readonly terminalKeys?: Readonly<Record<TerminalKeyId, { readonly digest: string; readonly isRevoked: boolean }>>;
}

/** What decisions about a tenant depend on; `undefined` before it was requested. */
export type TenantState = Tenant | undefined;

/** A tenant's life: requested, active once its schema stands, suspended and resumed, brought to wider templates, deleted. */
export const tenant: Decider<TenantState, TenantCommand, TenantEvent> = {
  initialState: undefined,

  evolve(state, event) {
    if (event.type === "TenantRequested")
      return { status: "provisioning", name: event.data.name, template: event.data.template };
    if (!state) throw new Error(`${event.type} before TenantRequested`);
    switch (event.type) {
      case "TenantActivated":
      case "TenantResumed":
        return { ...state, status: "active", failure: undefined };
      case "TenantProvisioningFailed":
        return { ...state, status: "failed", failure: event.data.reason };
      case "TenantRenamed":
        return { ...state, name: event.data.name };
      case "TenantSuspended":
        return { ...state, status: "suspended" };
      case "TenantAlarmRaised":
        return { ...state, alarms: [...(state.alarms ?? []), event.data.alarm] };
      case "TenantAlarmCleared":
        return { ...state, alarms: (state.alarms ?? []).filter((alarm) => alarm !== event.data.alarm) };
      case "AlarmThresholdSet":
        return { ...state, thresholds: withThreshold(state.thresholds, event.data) };
      case "TenantDeletionRequested":
        return { ...state, deletion: { wasActive: event.data.wasActive } };
      case "TenantDeletionCancelled":
        return { ...state, deletion: undefined };
      case "TenantDeletionBegun":
        return { ...state, status: "deleting" };
      case "TenantDeleted":
        return { ...state, status: "deleted" };
      case "TemplateChangeRequested":
        return { ...state, requested: event.data.template };
      case "RetentionSet":
        return { ...state, retention: { ...state.retention, [event.data.kind]: event.data.days } };
      case "TerminalKeyIssued":
        return keyed(state, event.data.keyId, { digest: event.data.digest, isRevoked: false });
      case "TerminalKeyRevoked":
        return keyed(state, event.data.keyId, { isRevoked: true });
      case "TemplateChanged":
        return { ...state, template: event.data.template, requested: undefined };
    }
  },

  decide(command, state) {
    if (command.type === "CreateTenant") {
      if (state) return refuse("TENANT_EXISTS");
      const { tenantId, name = tenantId, template } = command.data;
      return [{ type: "TenantRequested", data: { tenantId, name, template } }];
    }
    if (!state) return refuse("TENANT_NOT_FOUND");
    if (isGoing(state)) return decideWhileGoing(state, command);
    switch (command.type) {
      case "ActivateTenant":
        return stands(state) ? [] : [{ type: "TenantActivated", data: command.data }];
      case "ReportProvisioningFailure":
        if (stands(state) || state.failure === command.data.reason) return [];
        return [{ type: "TenantProvisioningFailed", data: command.data }];
      case "RenameTenant":
        return state.name === command.data.name ? [] : [{ type: "TenantRenamed", data: command.data }];
      case "SuspendTenant":
        mustStand(state);
        return state.status === "suspended" ? [] : [{ type: "TenantSuspended", data: command.data }];
      case "ResumeTenant":
        mustStand(state);
        if (state.deletion) return refuse("DELETION_REQUESTED");
        return state.status === "active" ? [] : [{ type: "TenantResumed", data: command.data }];
      case "ChangeTemplate":
        return changeTemplate(state, command.data);
      case "RequestDeletion":
        mustStand(state);
        return state.deletion ? refuse("DELETION_REQUESTED") : requestDeletion(state, command.data);
      case "CancelDeletion": {
        if (!state.deletion) return [];
        const { tenantId } = command.data;
        const cancelled: TenantEvent = { type: "TenantDeletionCancelled", data: { tenantId } };
        return state.deletion.wasActive ? [cancelled, { type: "TenantResumed", data: { tenantId } }] : [cancelled];
      }
      case "BeginDeletion":
        return state.deletion ? [{ type: "TenantDeletionBegun", data: command.data }] : [];
      case "CompleteDeletion":
        return [];
      case "ReportAlarms":
        return stands(state) ? alarmsChanged(state, command.data) : [];
      case "SetAlarmThreshold":
        mustStand(state);
        if ((state.thresholds?.[command.data.alarm] ?? null) === command.data.threshold) return [];
        return [{ type: "AlarmThresholdSet", data: command.data }];
      case "SetRetention":
        mustStand(state);
        if ((state.retention?.[command.data.kind] ?? null) === command.data.days) return [];
        return [{ type: "RetentionSet", data: command.data }];
      case "IssueTerminalKey":
        mustStand(state);
        return issueKey(state, command.data);
      case "RevokeTerminalKey":
        return revokeKey(state, command.data);
      case "CompleteTemplateChange":
        return state.requested === command.data.template ? [{ type: "TemplateChanged", data: command.data }] : [];
    }
  },
};

/** Its schema stands: it was active once. */
const stands = ({ status }: Tenant) => status === "active" || status === "suspended";

/** What it was is being taken away, or is gone. */
export const isGoing = (state: TenantState): boolean => state?.status === "deleting" || state?.status === "deleted";

function mustStand(tenant: Tenant): void {
  if (!stands(tenant)) refuse("TENANT_NOT_ACTIVE", `The tenant is ${tenant.status}`, { status: tenant.status });
}

const keyOf = (state: Tenant, keyId: TerminalKeyId) =>
  Object.hasOwn(state.terminalKeys ?? {}, keyId) ? state.terminalKeys?.[keyId] : undefined;

function keyed(state: Tenant, keyId: TerminalKeyId, change: { digest?: string; isRevoked: boolean }): Tenant {
  const key = { digest: "", ...keyOf(state, keyId), ...change };
  return { ...state, terminalKeys: { ...state.terminalKeys, [keyId]: key } };
}

function issueKey(state: Tenant, data: DataOf<TenantCommand, "IssueTerminalKey">): TenantEvent[] {
  const known = keyOf(state, data.keyId);
  if (!known) return [{ type: "TerminalKeyIssued", data }];
  // The key that is there already is asked for again.
  return known.digest === data.digest && !known.isRevoked ? [] : refuse("TERMINAL_KEY_EXISTS");
}

function revokeKey(state: Tenant, data: DataOf<TenantCommand, "RevokeTerminalKey">): TenantEvent[] {
  const known = keyOf(state, data.keyId) ?? refuse("TERMINAL_KEY_NOT_FOUND");
  return known.isRevoked ? [] : [{ type: "TerminalKeyRevoked", data }];
}

function changeTemplate(state: Tenant, data: DataOf<TenantCommand, "ChangeTemplate">): TenantEvent[] {
  mustStand(state);
  const present = state.requested ?? state.template;
  if (present === data.template) return [];
  // Each template has all that the ones before it have.
  const width = (template: TenantTemplate) => TenantTemplate.options.indexOf(template);
  if (width(data.template) < width(present))
    return refuse("TEMPLATE_TOO_NARROW", `The tenant has ${present} already`, { present, asked: data.template });
  return [{ type: "TemplateChangeRequested", data }];
}

function alarmsChanged(
  { alarms: before = [] }: Tenant,
  { tenantId, alarms }: DataOf<TenantCommand, "ReportAlarms">,
): TenantEvent[] {
  const raised = alarms.filter(({ alarm }) => !before.includes(alarm));
  const cleared = before.filter((alarm) => !alarms.some((standing) => standing.alarm === alarm));
  return [
    ...raised.map((alarm) => ({ type: "TenantAlarmRaised", data: { tenantId, ...alarm } }) as const),
    ...cleared.map((alarm) => ({ type: "TenantAlarmCleared", data: { tenantId, alarm } }) as const),
  ];
}

function requestDeletion(
  { status }: Tenant,
  { tenantId, reason, graceHours }: DataOf<TenantCommand, "RequestDeletion">,
): TenantEvent[] {
  const wasActive = status === "active";
  const requested = { tenantId, reason, graceHours, wasActive };
  return [
    ...(wasActive ? [{ type: "TenantSuspended", data: { tenantId, reason } } as const] : []),
    { type: "TenantDeletionRequested", data: requested },
  ];
}

/** What a policy may send late, which is then no news. */
const late: ReadonlySet<TenantCommand["type"]> = new Set([
  "BeginDeletion",
  "ReportAlarms",
  "ActivateTenant",
  "ReportProvisioningFailure",
  "CompleteTemplateChange",
]);

/** Nothing but the end. */
function decideWhileGoing({ status }: Tenant, { type, data }: TenantCommand): readonly TenantEvent[] {
  if (type === "CompleteDeletion") return status === "deleting" ? [{ type: "TenantDeleted", data }] : [];
  if (type === "CancelDeletion") return refuse("DELETION_BEGUN");
  return late.has(type) ? [] : refuse("TENANT_NOT_ACTIVE", `The tenant is ${status}`, { status });
}
