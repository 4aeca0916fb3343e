import { productionKeyProblems } from "@tradesage/secrets";
import { InvalidConfig } from "./config.ts";
import type { HostSettings } from "./settings.ts";

/** Passwords that stand in examples and in the local stack. */
const placeholder =
  /^(|change-?me|placeholder|password|secret|example|development|dev|test|admin|postgres|tradesage)$/i;

/** In production: throws {@link InvalidConfig} if a secret is a placeholder or belongs to a development machine. */
export async function refusePlaceholders(config: Readonly<HostSettings>): Promise<void> {
  if (config.TRADESAGE_ENV !== "production") return;
  const settings = Object.entries(config).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const problems = settings
    .filter(([, value]) => passwordsIn(value).some((password) => placeholder.test(password)))
    .map(([name]) => `${name} has a placeholder for a password: production needs a secret of its own`);
  const folder = settings.find(([name]) => name === "TRADESAGE_KEYS")?.[1];
  if (folder !== undefined)
    problems.push(...(await productionKeyProblems(folder)).map((it) => `TRADESAGE_KEYS: ${it}`));
  if (problems.length > 0) throw new InvalidConfig(problems);
}

/** Of `scheme://user:password@host`, of each where several are given. */
const passwordsIn = (value: string): string[] =>
  Array.from(value.matchAll(/:\/\/[^\s/:@]*:([^\s/@]*)@/g), ([, password = ""]) => password);
