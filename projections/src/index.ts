export { compareWithReplay, type Difference, type ReplayComparison } from "./compare-with-replay.ts";
