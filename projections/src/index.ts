export { bringReadModels } from "./replay/bring-read-models.ts";
export type { Difference } from "./replay/compare-tables.ts";
export { compareWithReplay, type ReplayComparison } from "./replay/compare-with-replay.ts";
export { type Rebuilt, rebuild } from "./replay/rebuild.ts";
