export {
  CHAIN_START,
  ChainedEvent,
  type ChainedLine,
  chained,
  chainedLine,
  follow,
  isChained,
  parseLine,
} from "./chained-event.ts";
export { compareHistories } from "./compare-histories.ts";
export { type ChainEnd, extendChain } from "./extend-chain.ts";
export type { Finding } from "./finding.ts";
export { reconcile } from "./reconcile.ts";
export { verifyBackup } from "./verify-backup.ts";
export { type Verified, type VerifyStoreOptions, verifyStore } from "./verify-store.ts";
