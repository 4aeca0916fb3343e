export { createTestDatabase, type TestDatabase } from "./create-test-database.ts";
export { provisioningScript } from "./provisioning-script.ts";
export { type ReplicatedPostgres, startReplicatedPostgres } from "./replicated-postgres.ts";
