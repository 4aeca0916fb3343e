export { type Decider, fold } from "./decider.ts";
