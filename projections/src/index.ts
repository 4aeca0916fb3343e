export { bringReadModels } from "./replay/bring-read-models.ts";
export type { Difference, TableCompared } from "./replay/compare-tables.ts";
export { compareHere, compareWithReplay, positionOf, type ReplayComparison } from "./replay/compare-with-replay.ts";
export { type Rebuilt, rebuild } from "./replay/rebuild.ts";
