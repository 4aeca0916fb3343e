import type { TenantCommand, TenantEvent, TenantTemplate } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { tenant } from "./tenant.ts";

const given = specify(tenant);
const tenantId = "acme";
const reason = "no room";
const create: TenantCommand = { type: "CreateTenant", data: { tenantId, name: "Acme", template: "trading" } };
const activate: TenantCommand = { type: "ActivateTenant", data: { tenantId } };
const report: TenantCommand = { type: "ReportProvisioningFailure", data: { tenantId, reason } };
const requested: TenantEvent = { type: "TenantRequested", data: { tenantId, name: "Acme", template: "trading" } };
const activated: TenantEvent = { type: "TenantActivated", data: { tenantId } };
const failed: TenantEvent = { type: "TenantProvisioningFailed", data: { tenantId, reason } };

const suspend: TenantCommand = { type: "SuspendTenant", data: { tenantId, reason } };
const resume: TenantCommand = { type: "ResumeTenant", data: { tenantId } };
const rename: TenantCommand = { type: "RenameTenant", data: { tenantId, name: "Acme II" } };
const to = (template: TenantTemplate): TenantCommand => ({ type: "ChangeTemplate", data: { tenantId, template } });
const complete = (template: TenantTemplate): TenantCommand => ({
  type: "CompleteTemplateChange",
  data: { tenantId, template },
});
const suspended: TenantEvent = { type: "TenantSuspended", data: { tenantId, reason } };
const resumed: TenantEvent = { type: "TenantResumed", data: { tenantId } };
const renamed: TenantEvent = { type: "TenantRenamed", data: { tenantId, name: "Acme II" } };
const widening: TenantEvent = {
  type: "TemplateChangeRequested",
  data: { tenantId, template: "trading_plus_analytics" },
};
const widened: TenantEvent = { type: "TemplateChanged", data: { tenantId, template: "trading_plus_analytics" } };

describe("a tenant", () => {
  test("is requested once", () => {
    given().when(create).thenEmits(requested);
    given(requested).when(create).thenRefuses("TENANT_EXISTS");
    given(requested, activated).when(create).thenRefuses("TENANT_EXISTS");
  });

  test("that was given no name is called by its id", () => {
    given()
      .when({ type: "CreateTenant", data: { tenantId, template: "basic" } })
      .thenEmits({ type: "TenantRequested", data: { tenantId, name: "acme", template: "basic" } });
  });

  test("becomes active once it is provisioned", () => {
    given(requested).when(activate).thenEmits(activated);
    given(requested, failed).when(activate).thenEmits(activated);
    given(requested, activated).when(activate).thenEmits();
    given().when(activate).thenRefuses("TENANT_NOT_FOUND");
  });

  test("that cannot be provisioned tells each reason once, until it is active", () => {
    given(requested).when(report).thenEmits(failed);
    given(requested, failed).when(report).thenEmits();
    given(requested, activated).when(report).thenEmits();
    given().when(report).thenRefuses("TENANT_NOT_FOUND");
  });

  test("is suspended and resumed, each once", () => {
    given(requested, activated).when(suspend).thenEmits(suspended);
    given(requested, activated, suspended).when(suspend).thenEmits();
    given(requested, activated, suspended).when(resume).thenEmits(resumed);
    given(requested, activated).when(resume).thenEmits();
    given(requested, activated, suspended, resumed).when(suspend).thenEmits(suspended);
  });

  test("cannot be suspended, resumed or changed before it was active", () => {
    for (const command of [suspend, resume, to("trading_plus_analytics")]) {
      given(requested).when(command).thenRefuses("TENANT_NOT_ACTIVE");
      given(requested, failed).when(command).thenRefuses("TENANT_NOT_ACTIVE");
      given().when(command).thenRefuses("TENANT_NOT_FOUND");
    }
  });

  test("that is suspended is not activated by a late word of its provisioning", () =>
    given(requested, activated, suspended).when(activate).thenEmits());

  test("keeps market data for ever, until it is told how long, each time once", () => {
    const keep = (days: number | null): TenantCommand => ({
      type: "SetRetention",
      data: { tenantId, kind: "ticks", days },
    });
    const kept: TenantEvent = { type: "RetentionSet", data: { tenantId, kind: "ticks", days: 30 } };
    given(requested, activated).when(keep(30)).thenEmits(kept);
    given(requested, activated, kept).when(keep(30)).thenEmits();
    given(requested, activated).when(keep(null)).thenEmits();
    given(requested, activated, kept)
      .when(keep(null))
      .thenEmits({ type: "RetentionSet", data: { tenantId, kind: "ticks", days: null } });
    given(requested).when(keep(30)).thenRefuses("TENANT_NOT_ACTIVE");
  });

  test("has the platform's thresholds for alarms, until it is given its own, each time once", () => {
    const set = (threshold: number | null): TenantCommand => ({
      type: "SetAlarmThreshold",
      data: { tenantId, alarm: "connections", threshold },
    });
    const own = (threshold: number | null): TenantEvent => ({
      type: "AlarmThresholdSet",
      data: { tenantId, alarm: "connections", threshold },
    });
    given(requested, activated).when(set(0)).thenEmits(own(0));
    given(requested, activated, own(0)).when(set(0)).thenEmits();
    given(requested, activated, own(0)).when(set(40)).thenEmits(own(40));
    given(requested, activated, own(0)).when(set(null)).thenEmits(own(null));
    given(requested, activated, own(0), own(null)).when(set(null)).thenEmits();
    given(requested).when(set(40)).thenRefuses("TENANT_NOT_ACTIVE");
  });

  describe("has terminal keys", () => {
    const digest = "a".repeat(64);
    const issue = (keyId: string, of = digest): TenantCommand => ({
      type: "IssueTerminalKey",
      data: { tenantId, keyId, digest: of },
    });
    const issued: TenantEvent = { type: "TerminalKeyIssued", data: { tenantId, keyId: "london", digest } };
    const revoke: TenantCommand = { type: "RevokeTerminalKey", data: { tenantId, keyId: "london" } };
    const revoked: TenantEvent = { type: "TerminalKeyRevoked", data: { tenantId, keyId: "london" } };

    test("each of a name of its own", () => {
      given(requested, activated).when(issue("london")).thenEmits(issued);
      given(requested, activated, issued).when(issue("london")).thenEmits();
      given(requested, activated, issued)
        .when(issue("london", "b".repeat(64)))
        .thenRefuses("TERMINAL_KEY_EXISTS");
      given(requested, activated, issued, revoked).when(issue("london")).thenRefuses("TERMINAL_KEY_EXISTS");
    });
    test("which are revoked once, for good", () => {
      given(requested, activated, issued).when(revoke).thenEmits(revoked);
      given(requested, activated, issued, revoked).when(revoke).thenEmits();
      given(requested, activated).when(revoke).thenRefuses("TERMINAL_KEY_NOT_FOUND");
    });
    test("of any name, also of one that objects have", () =>
      given(requested, activated)
        .when({ type: "RevokeTerminalKey", data: { tenantId, keyId: "constructor" } })
        .thenRefuses("TERMINAL_KEY_NOT_FOUND"));
    test("once it stands", () => {
      given(requested).when(issue("london")).thenRefuses("TENANT_NOT_ACTIVE");
      given().when(issue("london")).thenRefuses("TENANT_NOT_FOUND");
    });
  });

  test("tells each alarm once when it begins and once when it is over", () => {
    const lag = { alarm: "projection_lag_seconds", value: 40, threshold: 30 } as const;
    const size = { alarm: "size_bytes", value: 2, threshold: 1 } as const;
    const tell = (...alarms: (typeof lag | typeof size)[]): TenantCommand => ({
      type: "ReportAlarms",
      data: { tenantId, alarms },
    });
    const raised = (alarm: typeof lag | typeof size): TenantEvent => ({
      type: "TenantAlarmRaised",
      data: { tenantId, ...alarm },
    });
    const cleared: TenantEvent = { type: "TenantAlarmCleared", data: { tenantId, alarm: lag.alarm } };
    given(requested, activated).when(tell(lag)).thenEmits(raised(lag));
    given(requested, activated, raised(lag))
      .when(tell({ ...lag }))
      .thenEmits();
    given(requested, activated, raised(lag)).when(tell(size)).thenEmits(raised(size), cleared);
    given(requested, activated, raised(lag), cleared).when(tell(lag)).thenEmits(raised(lag));
    given(requested).when(tell(lag)).thenEmits();
  });

  describe("is deleted in two steps", () => {
    const [backupId, graceHours] = ["deletion-1", 24];
    const ask: TenantCommand = { type: "RequestDeletion", data: { tenantId, reason, graceHours } };
    const cancel: TenantCommand = { type: "CancelDeletion", data: { tenantId } };
    const begin: TenantCommand = { type: "BeginDeletion", data: { tenantId, backupId } };
    const end: TenantCommand = { type: "CompleteDeletion", data: { tenantId } };
    const asked = (wasActive: boolean): TenantEvent => ({
      type: "TenantDeletionRequested",
      data: { tenantId, reason, graceHours, wasActive },
    });
    const cancelled: TenantEvent = { type: "TenantDeletionCancelled", data: { tenantId } };
    const begun: TenantEvent = { type: "TenantDeletionBegun", data: { tenantId, backupId } };
    const deleted: TenantEvent = { type: "TenantDeleted", data: { tenantId } };
    const grace = [requested, activated, suspended, asked(true)];

    test("requested, it is suspended at once", () => {
      given(requested, activated).when(ask).thenEmits(suspended, asked(true));
      given(requested, activated, suspended).when(ask).thenEmits(asked(false));
      given(...grace)
        .when(ask)
        .thenRefuses("DELETION_REQUESTED");
      given(...grace)
        .when(resume)
        .thenRefuses("DELETION_REQUESTED");
      given(requested).when(ask).thenRefuses("TENANT_NOT_ACTIVE");
      given().when(ask).thenRefuses("TENANT_NOT_FOUND");
    });
    test("cancelled before it begins, it is again what it was", () => {
      given(...grace)
        .when(cancel)
        .thenEmits(cancelled, resumed);
      given(requested, activated, suspended, asked(false)).when(cancel).thenEmits(cancelled);
      given(requested, activated).when(cancel).thenEmits();
      given(...grace, cancelled, resumed)
        .when(begin)
        .thenEmits();
      given(...grace, cancelled, resumed)
        .when(ask)
        .thenEmits(suspended, asked(true));
    });
    test("begun, it goes to its end", () => {
      given(...grace)
        .when(begin)
        .thenEmits(begun);
      given(...grace, begun)
        .when(begin)
        .thenEmits();
      given(...grace, begun)
        .when(cancel)
        .thenRefuses("DELETION_BEGUN");
      given(...grace, begun)
        .when(end)
        .thenEmits(deleted);
      given(...grace)
        .when(end)
        .thenEmits();
    });
    test("deleted, its id is taken and nothing is done with it any more", () => {
      const after = given(...grace, begun, deleted);
      after.when(create).thenRefuses("TENANT_EXISTS");
      for (const late of [activate, report, end, begin]) after.when(late).thenEmits();
      for (const command of [rename, suspend, resume, ask, to("trading_plus_analytics")])
        after.when(command).thenRefuses("TENANT_NOT_ACTIVE");
      after.when(cancel).thenRefuses("DELETION_BEGUN");
    });
  });

  test("is called by another name, if it is another", () => {
    given(requested).when(rename).thenEmits(renamed);
    given(requested, renamed).when(rename).thenEmits();
    given().when(rename).thenRefuses("TENANT_NOT_FOUND");
  });

  test("is brought to a wider template, once what that adds stands", () => {
    given(requested, activated).when(to("trading_plus_analytics")).thenEmits(widening);
    given(requested, activated, widening).when(to("trading_plus_analytics")).thenEmits();
    given(requested, activated, widening).when(complete("trading_plus_analytics")).thenEmits(widened);
    given(requested, activated, widening, widened).when(complete("trading_plus_analytics")).thenEmits();
    given(requested, activated, widening, widened).when(to("trading_plus_analytics")).thenEmits();
  });

  test("never loses what it has to a narrower template", () => {
    given(requested, activated).when(to("basic")).thenRefuses("TEMPLATE_TOO_NARROW");
    given(requested, activated, widening).when(to("trading")).thenRefuses("TEMPLATE_TOO_NARROW");
  });
});
