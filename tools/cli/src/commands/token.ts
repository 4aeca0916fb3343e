import { PLATFORM, Role, Scope } from "@tradesage/contracts";
import { type Command, InvalidArgumentError, Option } from "commander";
import { findInstallation, mintToken } from "../installation.ts";
import { print } from "../output.ts";

/** `90s`, `15m`, `12h`, `30d` in seconds. */
export function seconds(text: string): number {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(text);
  if (!match) throw new InvalidArgumentError("a time such as 15m, 12h or 30d");
  return Number(match[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as "s" | "m" | "h" | "d"];
}

const scope = (text: string) => {
  const parsed = Scope.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError("not a tenant's id");
  return parsed.data;
};

export function tokenCommand(program: Command): void {
  program
    .command("token")
    .description("issue a signed token for the API or the socket; needs the installation's signing key")
    .requiredOption("--tenant <id>", "the tenant that it opens, or platform for operators", scope)
    .addOption(new Option("--role <role...>", "what it may do").choices(Role.options).default(["trader"]))
    .option("--subject <name>", "who bears it", "cli")
    .option("--ttl <time>", "how long it is valid: 15m, 12h, 30d", seconds, seconds("12h"))
    .option("--json", "print JSON")
    .action(async (options: { tenant: Scope; role: Role[]; subject: string; ttl: number; json?: boolean }) => {
      const roles: Role[] = options.tenant === PLATFORM ? ["operator"] : options.role;
      const principal = { subject: options.subject, tenant: options.tenant, roles };
      const token = await mintToken(findInstallation(), principal, options.ttl);
      print(options, { token, expiresInSeconds: options.ttl }, () => token);
    });
}
