import type { TenantStatus, TenantTemplate } from "@tradesage/contracts";

export interface PlatformTenantTable {
  tenant_id: string;
  name: string;
  template: TenantTemplate;
  status: TenantStatus;
  created_at: string;
  failure: string | null;
  suspension: string | null;
  requested_template: TenantTemplate | null;
  position: string;
}
