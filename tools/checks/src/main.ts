import { globSync } from "node:fs";
import { checkImports, projectFolder } from "./import-rules.ts";

const folders = ["contracts", "infra", "services", "projections", "tools"];
const { modules, breaches } = await checkImports(projectFolder, folders);

// A cruise that cannot read our sources finds no breach in them: it must have seen what is there.
const sources = globSync(`{${folders.join(",")}}/**/*.ts`, {
  cwd: projectFolder,
  exclude: (path) => path.includes("node_modules"),
});
const unseen = sources.length - modules;

for (const breach of breaches) console.error(breach);
if (unseen > 0) console.error(`${unseen} of ${sources.length} modules were not seen: the rules did not hold for them`);
console.log(`${modules} modules, ${breaches.length} breaches of the import rules`);
if (breaches.length > 0 || unseen > 0) process.exitCode = 1;
