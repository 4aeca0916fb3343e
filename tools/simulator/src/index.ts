export { readTickFile, type TickFileFormat, tickFileFormats } from "./files/read-tick-file.ts";
export { TickFileError } from "./files/tick-file-error.ts";
export { type GenerateOptions, generateTicks } from "./generate-ticks.ts";
export { specificationOf } from "./specifications.ts";
export type { Speed } from "./terminal/pace.ts";
export { runTerminal, type TerminalOptions, type TerminalProgress } from "./terminal/run-terminal.ts";
export { type EndCode, TerminalEnded } from "./terminal/terminal-ended.ts";
export type { TerminalTick, TickSource } from "./terminal-tick.ts";
