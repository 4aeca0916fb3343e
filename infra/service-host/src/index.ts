export type { Host } from "./host.ts";
export { runService, type Service } from "./run-service.ts";
export {
  databaseUrl,
  eventStoreUrl,
  keysFolder,
  natsUrl,
  port,
  positiveInteger,
  redisUrl,
  wholeNumber,
} from "./settings.ts";
