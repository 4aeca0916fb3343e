import type { TenantCommand, TenantEvent } from "@tradesage/contracts";
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
});
