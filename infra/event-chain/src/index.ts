export { CHAIN_START, type ChainEnd, type ChainEntry, entryOf, extendChain, isChained } from "./chain.ts";
export { ChainedEvent } from "./chained-event.ts";
export type { Finding } from "./finding.ts";
export { createFollower, type Line, type LinkedEvent, parseLine } from "./read-lines.ts";
export { isSameEvent } from "./same-event.ts";
export { verifyBackup } from "./verify-backup.ts";
export { collect, type VerifiedBoth, verifyBoth } from "./verify-both.ts";
export { verifyStore } from "./verify-store.ts";
export { createLineWriter } from "./write-lines.ts";
