import { TenantTemplate, type TenantView } from "@tradesage/contracts";
import type { Command } from "commander";
import { Option } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";

const headings = ["TENANT", "NAME", "TEMPLATE", "STATUS", "CREATED"];
const row = (tenant: TenantView) => [
  tenant.tenantId,
  tenant.name,
  tenant.template,
  tenant.status,
  tenant.createdAt.slice(0, 19).replace("T", " "),
];

export function tenantCommands(program: Command): void {
  const tenant = program.command("tenant").description("create and list tenants (as an operator)");

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
        const deadline = Date.now() + options.timeout * 1000;
        for (;;) {
          const view = await api.call("getTenant", { tenantId }, { after: position });
          if (view.status === "active") return print(options, view, () => `${tenantId} is active`);
          if (Date.now() > deadline)
            throw new CommandFailed(
              1,
              `${tenantId} is still ${view.status}${view.failure ? `: ${view.failure}` : ""}; see: tradesage tenant list`,
            );
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
    );

  tenant
    .command("list")
    .description("list all tenants")
    .option("--json", "print JSON")
    .action(async (options: { json?: boolean }) => {
      const api = await connect("platform", "operator");
      const { items } = await api.call("listTenants", {});
      print(options, items, () => (items.length === 0 ? "There is no tenant yet." : table(headings, items.map(row))));
    });
}
