import type {
  BackupKind,
  BackupStatus,
  Daily,
  PaperTerms,
  TenantStatus,
  TenantTemplate,
  TradingState,
} from "@tradesage/contracts";

export interface PlatformTenantTable {
  tenant_id: string;
  name: string;
  template: TenantTemplate;
  status: TenantStatus;
  created_at: string;
  failure: string | null;
  suspension: string | null;
  requested_template: TenantTemplate | null;
  deletion_reason: string | null;
  deletion_due_at: string | null;
  /** A JSON array of `TenantAlarm`. */
  alarms: string | null;
  /** JSON of `AlarmThresholds`. */
  thresholds: string | null;
  position: string;
}

export interface PlatformBackupTable {
  tenant_id: string;
  backup_id: string;
  kind: BackupKind;
  status: BackupStatus;
  requested_at: string;
  requested_position: string;
  finished_at: string | null;
  /** A JSON array of `BackupFile`. */
  files: string;
  events: number | null;
  up_to: string | null;
  failure: string | null;
  tested_at: string | null;
  position: string;
}

export interface PlatformTerminalKeyTable {
  tenant_id: string;
  key_id: string;
  label: string | null;
  issued_at: string;
  revoked_at: string | null;
  position: string;
}

export interface PlatformDeskTable {
  tenant_id: string;
  state: TradingState;
  reason: string | null;
  changed_by: string;
  changed_at: string;
  position: string;
}

export interface PlatformDeskTermsTable {
  tenant_id: string;
  rollover: Daily | null;
  paper_terms: PaperTerms | null;
  changed_by: string;
  changed_at: string;
  position: string;
}
