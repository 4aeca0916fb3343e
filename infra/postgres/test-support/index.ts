export { createTestDatabase, type TestDatabase } from "./create-test-database.ts";
export { provisioningScript } from "./provisioning-script.ts";
export { type ReplicatedTenant, startReplicatedTenant } from "./replicated-tenant.ts";
