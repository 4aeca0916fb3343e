import { type SlowStatement, TenantAlarm, type TenantHealth } from "@tradesage/contracts";
import { Argument, type Command, InvalidArgumentError } from "commander";
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

const alarmCells = ({ alarms, thresholds }: TenantHealth, alarm: TenantAlarm) => [
  alarm,
  thresholds[alarm] === 0 ? "never" : String(thresholds[alarm]),
  String(alarms.find((standing) => standing.alarm === alarm)?.value ?? ""),
];

const slow = ({ maxMs, meanMs, calls, statement }: SlowStatement) => [
  maxMs.toFixed(1),
  meanMs.toFixed(1),
  String(calls),
  statement.replace(/\s+/g, " ").slice(0, 100),
];

const threshold = (text: string): number | null => {
  if (text === "default") return null;
  const value = text === "never" ? 0 : Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError("a number, never, or default for the platform's");
  return value;
};

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
          table(
            ["ALARM", "ABOVE", "NOW"],
            TenantAlarm.options.map((alarm) => alarmCells(health, alarm)),
          ),
          table(["MAX MS", "MEAN MS", "CALLS", "STATEMENT"], health.slowStatements.map(slow)),
        ].join("\n\n"),
      );
    });

  tenant
    .command("threshold")
    .argument("<id>")
    .addArgument(new Argument("<alarm>", "which").choices(TenantAlarm.options))
    .addArgument(
      new Argument("<above>", "raise it above this number; never; or default: the platform's").argParser(threshold),
    )
    .description("set above what an alarm is raised for a tenant, in the unit that its name ends with")
    .action(async (tenantId: string, alarm: TenantAlarm, threshold: number | null) => {
      await (await connect("platform", "operator")).call("setAlarmThreshold", { tenantId, alarm, threshold });
      const above = threshold === null ? "above the platform's threshold" : `above ${threshold}`;
      print({}, {}, () => `${alarm} is raised for ${tenantId} ${threshold === 0 ? "never" : above}`);
    });
}
