export { connectEventStore, type EventStore, type EventStoreOptions } from "./connect-event-store.ts";
export { EventStoreRefused, EventStoreUnavailable, WrongExpectedRevision } from "./errors.ts";
export { eventIdFor } from "./event-id.ts";
export { isAfter } from "./is-after.ts";
export { recordedOf } from "./recorded-of.ts";
export type {
  Appended,
  Delivery,
  KeptEvent,
  NewEvent,
  ReadAllOptions,
  ReadPagesOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from "./types.ts";
