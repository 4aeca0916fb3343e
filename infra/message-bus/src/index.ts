export type { Bus, BusRequest, ConsumeOptions, DurableBatch, DurableMessage, KeyValue, PublishReceipt } from "./bus.ts";
export { type BusOptions, connectBus } from "./connect-bus.ts";
export { BusUnavailable, DeadlineExceeded, StreamRewound } from "./errors.ts";
export { buckets, type DurableConsumer, ensureStreams, tickProjection } from "./streams.ts";
