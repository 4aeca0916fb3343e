import type { z } from "zod";
import { type HostSettings, hostSettings } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment is not as the service needs it; `message` names each bad variable, what is expected, never its value. */
export class InvalidConfig extends Error {
  override readonly name = "InvalidConfig";

  constructor(problems: readonly string[]) {
    super(`the settings are not usable: ${problems.join("; ")}`);
  }
}

/** The settings of the host and of the service, validated and frozen. Throws {@link InvalidConfig}. */
export function parseConfig<Config extends object>(
  schema: z.ZodType<Config>,
  environment: Environment,
): Readonly<Config & HostSettings> {
  const given = withoutEmpty(environment);
  const host = hostSettings.safeParse(given);
  const own = schema.safeParse(given);
  if (host.success && own.success) return Object.freeze({ ...host.data, ...own.data });
  const issues = [...(host.error?.issues ?? []), ...(own.error?.issues ?? [])];
  throw new InvalidConfig(issues.map((issue) => describe(issue, given)));
}

/** `NAME=` in a file of settings means that it is not given. */
const withoutEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));

function describe({ path, message }: z.core.$ZodIssue, environment: Environment): string {
  const name = String(path[0] ?? "");
  const state = environment[name] === undefined ? "is not set" : "is not valid";
  return `${name} ${state}: ${message}`;
}
