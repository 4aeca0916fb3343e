import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { cruise, type IConfiguration } from "dependency-cruiser";

export const projectFolder = resolve(import.meta.dirname, "../../..");

const { forbidden = [], options = {} }: IConfiguration = createRequire(import.meta.url)(
  join(projectFolder, ".dependency-cruiser.cjs"),
);

export interface ImportReport {
  /** How many modules of ours were read. */
  modules: number;
  /** A line each: the rule, who imports, what. */
  breaches: readonly string[];
}

/** Holds the imports of every module below some folders of a checkout against `.dependency-cruiser.cjs`. */
export async function checkImports(checkout: string, folders: readonly string[]): Promise<ImportReport> {
  const { output } = await cruise([...folders], {
    ...options,
    baseDir: checkout,
    validate: true,
    ruleSet: { forbidden },
  });
  if (typeof output === "string") throw new Error(output);
  return {
    modules: output.modules.filter(({ source }) => !source.includes("node_modules") && source.endsWith(".ts")).length,
    breaches: output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  };
}
