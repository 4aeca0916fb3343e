import type { Command } from "commander";

type Add = (program: Command) => void;

const trading = async (): Promise<Add> => (await import("./commands/trading.ts")).tradingCommands;
const tradingState = async (): Promise<Add> => (await import("./commands/trading-state.ts")).tradingStateCommands;

/** Each command's own file. It is read when the command is asked for: all of them need the whole product, most need little of it. */
const files: Readonly<Record<string, () => Promise<Add>>> = {
  tenant: async () => (await import("./commands/tenant.ts")).tenantCommands,
  backup: async () => (await import("./commands/backup.ts")).backupCommands,
  account: trading,
  desk: trading,
  order: trading,
  position: trading,
  journal: trading,
  token: async () => (await import("./commands/token.ts")).tokenCommand,
  "terminal-key": async () => (await import("./commands/terminal-key.ts")).terminalKeyCommands,
  ticks: async () => (await import("./commands/ticks.ts")).ticksCommands,
  bars: async () => (await import("./commands/bars.ts")).barsCommand,
  halt: tradingState,
  reduce: tradingState,
  resume: tradingState,
  risk: async () => (await import("./commands/risk.ts")).riskCommands,
  replay: async () => (await import("./commands/replay.ts")).replayCommand,
  retention: async () => (await import("./commands/retention.ts")).retentionCommands,
  watch: async () => (await import("./commands/watch.ts")).watchCommand,
  status: async () => (await import("./commands/status.ts")).statusCommand,
  projections: async () => (await import("./commands/projections.ts")).projectionsCommand,
  "event-store": async () => (await import("./commands/event-store.ts")).eventStoreCommand,
  audit: async () => (await import("./commands/audit.ts")).auditCommand,
  mt5: async () => (await import("./commands/mt5.ts")).mt5Commands,
};

/** Adds the command of this name; every one for help, and for what is no command. */
export async function addCommands(program: Command, name = ""): Promise<void> {
  const asked = Object.hasOwn(files, name) ? files[name] : undefined;
  for (const file of new Set(asked ? [asked] : Object.values(files))) (await file())(program);
}
