import type { Api } from "@tradesage/client";
import { TenantTemplate, type TenantView } from "@tradesage/contracts";
import { rollOutMigrations } from "@tradesage/tenants";
import type { Command } from "commander";
import { Argument, Option } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";
import { type Progress, progress } from "../progress.ts";
import { withServers } from "../servers.ts";
import { deletionCommands } from "./delete-tenant.ts";
import { exportCommand } from "./export-tenant.ts";
import { restoreCommand } from "./restore.ts";
import { healthCells, healthCommand, healthHeadings } from "./tenant-health.ts";

const headings = ["TENANT", "NAME", "TEMPLATE", "STATUS", "CREATED"];
const row = (tenant: TenantView) => [
  tenant.tenantId,
  tenant.name,
  tenant.template,
  tenant.status,
  tenant.createdAt.slice(0, 19).replace("T", " "),
];

export function tenantCommands(program: Command): void {
  const tenant = program.command("tenant").description("create and look after tenants (as an operator)");

  tenant
    .command("create")
    .argument("<id>", "3 to 31 of a-z, 0-9 and _, beginning with a letter")
    .description("create a tenant; returns when it is active")
    .option("--name <name>", "what people call it")
    .addOption(
      new Option("--template <template>", "what is created for it").choices(TenantTemplate.options).default("trading"),
    )
    .option("--timeout <seconds>", "how long to wait for it to become active", Number, 60)
    .option("--json", "print JSON")
    .action(
      async (
        tenantId: string,
        options: { name?: string; template: TenantTemplate; timeout: number; json?: boolean },
      ) => {
        const api = await connect("platform", "operator");
        const { position } = await api.call("createTenant", {
          tenantId,
          template: options.template,
          ...(options.name === undefined ? {} : { name: options.name }),
        });
        const view = await until(api, tenantId, position, options.timeout, ({ status }) => status === "active");
        print(options, view, () => `${tenantId} is active`);
      },
    );

  tenant
    .command("list")
    .description("list all tenants")
    .option("--json", "print JSON")
    .action(async (options: { json?: boolean }) => {
      const api = await connect("platform", "operator");
      const { items } = await api.call("listTenants", {});
      const { items: looked } = await api.call("listTenantHealth", {});
      const health = new Map(looked.map((one) => [one.tenantId, one]));
      const rows = items.map((tenant) => [...row(tenant), ...healthCells(health.get(tenant.tenantId))]);
      print(options, items, () =>
        rows.length === 0 ? "There is no tenant yet." : table([...headings, ...healthHeadings], rows),
      );
    });

  tenant
    .command("show")
    .argument("<id>")
    .description("tell all that is known of a tenant")
    .option("--json", "print JSON")
    .action(async (tenantId: string, options: { json?: boolean }) => {
      const api = await connect("platform", "operator");
      const view = await api.call("getTenant", { tenantId });
      print(options, view, () =>
        table(
          ["", ""],
          Object.entries(view).map(([name, value]) => [
            name,
            typeof value === "string" ? value : JSON.stringify(value),
          ]),
        ),
      );
    });

  tenant
    .command("rename")
    .argument("<id>")
    .argument("<name>", "what people call it from now on")
    .description("call a tenant by another name; its id stays")
    .action(async (tenantId: string, name: string) => {
      await (await connect("platform", "operator")).call("renameTenant", { tenantId, name });
      print({}, {}, () => `${tenantId} is called ${name}`);
    });

  tenant
    .command("suspend")
    .argument("<id>")
    .description("refuse a tenant's tokens and terminal keys until it is resumed; what it has stays")
    .option("--reason <text>", "why, for whoever asks later")
    .action(async (tenantId: string, { reason }: { reason?: string }) => {
      const api = await connect("platform", "operator");
      await api.call("suspendTenant", { tenantId, ...(reason === undefined ? {} : { reason }) });
      print({}, {}, () => `${tenantId} is suspended`);
    });

  tenant
    .command("resume")
    .argument("<id>")
    .description("open a suspended tenant's doors again")
    .action(async (tenantId: string) => {
      await (await connect("platform", "operator")).call("resumeTenant", { tenantId });
      print({}, {}, () => `${tenantId} is active`);
    });

  tenant
    .command("template")
    .argument("<id>")
    .addArgument(new Argument("<template>", "a wider one").choices(TenantTemplate.options))
    .description("bring a tenant to a wider template; returns when what it adds is there")
    .option("--timeout <seconds>", "how long to wait", Number, 60)
    .action(async (tenantId: string, template: TenantTemplate, options: { timeout: number }) => {
      const api = await connect("platform", "operator");
      const { position } = await api.call("changeTemplate", { tenantId, template });
      await until(api, tenantId, position, options.timeout, (view) => view.template === template);
      print({}, {}, () => `${tenantId} has the template ${template}`);
    });

  tenant
    .command("migrate")
    .description("bring the schemas of all tenants up to this release; exit code 1 when one cannot be")
    .option("--dry-run", "only tell what would be done")
    .option("--at-once <tenants>", "how many at a time", Number, 4)
    .option("--json", "print JSON")
    .action(async ({ dryRun = false, atOnce, json }: { dryRun?: boolean; atOnce: number; json?: boolean }) => {
      await withServers({}, async (servers) => {
        let bar: Progress | undefined;
        const onProgress = (done: number, total: number) => {
          bar ??= progress("tenants", total, { json });
          bar.advance(done);
        };
        const report = await rollOutMigrations({ ...servers, dryRun, atOnce, onProgress });
        bar?.finish();
        const told = report.filter(({ migrations, failure }) => migrations.length > 0 || failure !== undefined);
        print({ json }, report, () =>
          told.length === 0
            ? `All ${report.length} tenants are up to date.`
            : table(
                ["TENANT", dryRun ? "WOULD BE APPLIED" : "APPLIED", "FAILURE"],
                told.map(({ tenantId, migrations, failure }) => [tenantId, migrations.join(", "), failure ?? ""]),
              ),
        );
        if (report.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
      });
    });

  healthCommand(tenant);
  exportCommand(tenant);
  deletionCommands(tenant);
  restoreCommand(tenant);
}

/** Reads a tenant until it is as wished. */
async function until(
  api: Api,
  tenantId: string,
  after: string,
  seconds: number,
  isDone: (view: TenantView) => boolean,
): Promise<TenantView> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const view = await api.call("getTenant", { tenantId }, { after });
    if (isDone(view)) return view;
    if (Date.now() > deadline)
      throw new CommandFailed(
        1,
        `${tenantId} is still ${view.status}${view.failure ? `: ${view.failure}` : ""}; see: tradesage tenant show ${tenantId}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
