export type {
  Bus,
  BusRequest,
  ConsumeOptions,
  DurableBatch,
  DurableConsumer,
  DurableMessage,
  KeyValue,
  Objects,
  PublishOptions,
  PublishReceipt,
  Serving,
} from "./bus.ts";
export { type BusOptions, connectBus } from "./connect-bus.ts";
export { BusUnavailable, DeadlineExceeded, Overtaken, StreamRewound } from "./errors.ts";
export { buckets, ensureStreams, forgetTenant, terminalEvidence, tickProjection } from "./streams.ts";
