import { issueTerminalKey } from "@tradesage/client";
import type { Command } from "commander";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";

export function terminalKeyCommands(program: Command): void {
  const key = program.command("terminal-key").description("what terminals come in with");

  key
    .command("issue")
    .argument("<name>", "1 to 63 of a-z, 0-9 and -: what the key is revoked by")
    .description("make a key for a terminal; it is printed this once, and kept nowhere")
    .requiredOption("--tenant <id>", "whom its terminal feeds")
    .option("--label <text>", "what people know it by")
    .option("--json", "print JSON")
    .action(async (keyId: string, options: { tenant: string; label?: string; json?: boolean }) => {
      const api = await connect("platform", "operator");
      const text = await issueTerminalKey(api, { tenantId: options.tenant, keyId, label: options.label });
      print(options, { keyId, key: text }, () => text);
    });

  key
    .command("list")
    .description("list a tenant's keys, the revoked ones too, without their secrets")
    .requiredOption("--tenant <id>", "whose")
    .option("--json", "print JSON")
    .action(async ({ tenant, json }: { tenant: string; json?: boolean }) => {
      const { items } = await (await connect("platform", "operator")).call("listTerminalKeys", { tenantId: tenant });
      const time = (at: string | undefined) => at?.slice(0, 19).replace("T", " ") ?? "";
      print({ json }, items, () =>
        items.length === 0
          ? "The tenant has no terminal key yet."
          : table(
              ["KEY", "LABEL", "ISSUED", "REVOKED"],
              items.map((item) => [item.keyId, item.label ?? "", time(item.issuedAt), time(item.revokedAt)]),
            ),
      );
    });

  key
    .command("revoke")
    .argument("<name>")
    .description("revoke a key for good; terminals that bear it are sent away")
    .requiredOption("--tenant <id>", "whose")
    .action(async (keyId: string, { tenant }: { tenant: string }) => {
      await (await connect("platform", "operator")).call("revokeTerminalKey", { tenantId: tenant, keyId });
      print({}, {}, () => `${keyId} opens nothing any more`);
    });
}
