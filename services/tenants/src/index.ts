export { type Migrated, type RollOutOptions, rollOutMigrations } from "./migrations/roll-out.ts";
