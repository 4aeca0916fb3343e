export { CHAIN_START, ChainedEvent, digestOf, isChained, toldOf } from "./chained-event.ts";
export { compareHistories } from "./compare-histories.ts";
export { type ChainEnd, extendChain } from "./extend-chain.ts";
export type { Finding } from "./finding.ts";
export { createFollower, type Line, type LinkedEvent, parseLine } from "./read-lines.ts";
export { reconcile } from "./reconcile.ts";
export { verifyBackup } from "./verify-backup.ts";
export { type Verified, type VerifyStoreOptions, verifyStore } from "./verify-store.ts";
export { createLineWriter } from "./write-lines.ts";
