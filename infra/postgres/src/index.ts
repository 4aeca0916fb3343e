export type { PoolClient } from "pg";
export { connectPostgres, type Postgres, type PostgresOptions, type TransactionOptions } from "./connect-postgres.ts";
export { PostgresUnavailable, TenantNotProvisioned } from "./errors.ts";
export { migratePlatform } from "./migrate-platform.ts";
export { type PlatformCheckpoint, platformCheckpoint } from "./platform-checkpoint.ts";
export { provisionTenantSchema } from "./provision-tenant-schema.ts";
export { schemaOf } from "./scope.ts";
export type { PlatformTables, TenantTables } from "./tables.ts";
export { pendingMigrations, provisionedTenants } from "./tenant-schemas.ts";
