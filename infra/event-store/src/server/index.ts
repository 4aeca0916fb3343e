export { type EventStoreServer, type EventStoreServerOptions, startEventStoreServer } from "./start.ts";
export { type DataErrorCode, EventStoreDataError } from "./storage/data-error.ts";
