import type { SlowStatement, TenantHealth } from "@tradesage/contracts";
import type { Command } from "commander";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";

export const healthHeadings = ["SIZE", "ROWS", "EVENTS/S", "TICKS/S", "LAG", "BACKUP", "TESTED", "ALARMS"];

const clock = (time = "") => time.slice(0, 16).replace("T", " ");
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** What `healthHeadings` stand above; empty for a tenant that was not looked at. */
export const healthCells = (health: TenantHealth | undefined): readonly string[] =>
  health === undefined
    ? healthHeadings.map(() => "")
    : [
        megabytes(health.sizeBytes),
        String(health.rows),
        String(health.eventsPerSecond),
        String(health.ticksPerSecond),
        `${health.projectionLagSeconds.toFixed(1)} s`,
        clock(health.lastBackupAt) || "never",
        clock(health.lastRestoreTestAt) || "never",
        health.alarms.map(({ alarm }) => alarm).join(", "),
      ];

const slow = ({ maxMs, meanMs, calls, statement }: SlowStatement) => [
  maxMs.toFixed(1),
  meanMs.toFixed(1),
  String(calls),
  statement.replace(/\s+/g, " ").slice(0, 100),
];

export function healthCommand(tenant: Command): void {
  tenant
    .command("health")
    .argument("<id>")
    .description("tell how a tenant fares: size, rates, lag, backups, alarms, slow statements")
    .option("--json", "print JSON")
    .action(async (tenantId: string, options: { json?: boolean }) => {
      const api = await connect("platform", "operator");
      const health = await api.call("getTenantHealth", { tenantId });
      print(options, health, () =>
        [
          table([...healthHeadings, "CONNECTIONS"], [[...healthCells(health), String(health.connections)]]),
          ...health.alarms.map(({ alarm, value, threshold }) => `${alarm}: ${value}, above ${threshold}`),
          table(["MAX MS", "MEAN MS", "CALLS", "STATEMENT"], health.slowStatements.map(slow)),
        ].join("\n\n"),
      );
    });
}
