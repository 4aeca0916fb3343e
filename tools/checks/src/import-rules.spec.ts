import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkImports } from "./import-rules.ts";

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "import-rules-"));
  plant("package.json", "{}");
  plant("contracts/src/index.ts", "export const contract = 1;");
  plant("infra/bus/src/index.ts", `export { contract } from "../../../contracts/src/index.ts";`);
  plant("services/trading/src/main.ts", `import "../../../infra/bus/src/index.ts"; import "./account/decide.ts";`);
  plant("services/trading/src/account/decide.ts", `export { contract } from "../../../../contracts/src/index.ts";`);
  plant("services/tenants/src/main.ts", `import "../../../infra/bus/src/index.ts";`);
});

afterEach(() => rmSync(checkout, { recursive: true }));

const folders = ["contracts", "infra", "services"];

test("imports along the arrows pass, and every module is seen", async () => {
  expect(await checkImports(checkout, folders)).toEqual({ modules: 5, breaches: [] });
});

test.each([
  ["contracts-import-nothing-of-ours", "contracts/src/index.ts", "../../infra/bus/src/index.ts"],
  ["infra-knows-only-contracts", "infra/bus/src/index.ts", "../../../services/trading/src/main.ts"],
  ["services-know-no-other-service", "services/trading/src/main.ts", "../../tenants/src/main.ts"],
  ["domain-is-pure", "services/trading/src/account/decide.ts", "node:crypto"],
  ["domain-is-pure", "services/trading/src/account/decide.ts", "../../../../infra/bus/src/index.ts"],
  ["no-circle", "services/trading/src/account/decide.ts", "../main.ts"],
  ["everything-is-found", "services/tenants/src/main.ts", "./missing.ts"],
])("a breach of %s is caught", async (rule, from, to) => {
  plant(from, `import "${to}";`);
  const { breaches } = await checkImports(checkout, folders);
  expect(breaches).toContainEqual(expect.stringContaining(`${rule}: ${from}`));
});

test("a module that nothing uses is caught", async () => {
  plant("infra/bus/src/forgotten.ts", "export const forgotten = 1;");
  const { breaches } = await checkImports(checkout, folders);
  expect(breaches).toEqual([expect.stringContaining("no-orphan: infra/bus/src/forgotten.ts")]);
});

function plant(path: string, source: string): void {
  const file = join(checkout, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
}
