export { type CommandHandler, type CommandHandlerOptions, createCommandHandler } from "./command-handler.ts";
export { commandIdOf } from "./command-id.ts";
export { type CommandMetrics, commandMetrics } from "./metrics.ts";
export type { AnswerBucket } from "./remembered-answers.ts";
export { type CommandTable, serveCommands } from "./serve-commands.ts";
export type { SnapshotOptions, SnapshotStore } from "./snapshots/snapshots.ts";
export { sourceVersion } from "./snapshots/source-version.ts";
export { jsonState, type StateCodec } from "./snapshots/state-codec.ts";
export { type AuditedAggregate, serveStates } from "./states/serve-states.ts";
