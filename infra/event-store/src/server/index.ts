export { type EventStoreServer, type EventStoreServerOptions, startEventStoreServer } from "./start.ts";
