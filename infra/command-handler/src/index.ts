export { type CommandHandler, type CommandHandlerOptions, createCommandHandler } from "./command-handler.ts";
export { commandIdOf } from "./command-id.ts";
export { type CommandMetrics, commandMetrics } from "./metrics.ts";
export type { AnswerBucket } from "./remembered-answers.ts";
export { type CommandTable, serveCommands } from "./serve-commands.ts";
export { type AuditedAggregate, serveStates } from "./states/serve-states.ts";
