import { Counter, Histogram, type Registry } from "prom-client";

/** What the command handlers of a process count; made once a process, since a registry takes a name once. */
export interface CommandMetrics {
  /** `outcome`: accepted, unchanged, repeated, failed, or a refusal's code. */
  answered(command: string, outcome: string, seconds: number): void;
  appended(commands: number): void;
}

export function commandMetrics(registry: Registry): CommandMetrics {
  const registers = [registry];
  const commands = new Counter({
    name: "tradesage_commands_total",
    help: "Commands answered, by name and outcome",
    labelNames: ["command", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "tradesage_command_seconds",
    help: "From a command's arrival to its answer",
    labelNames: ["command"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const together = new Histogram({
    name: "tradesage_commands_per_append",
    help: "Accepted commands that were written together",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  });
  return {
    answered(command, outcome, elapsed) {
      commands.inc({ command, outcome });
      seconds.observe({ command }, elapsed);
    },
    appended: (count) => together.observe(count),
  };
}
