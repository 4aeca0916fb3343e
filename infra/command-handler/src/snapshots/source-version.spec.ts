import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { sourceVersion } from "./source-version.ts";

test("a version changes with the module and with whatever it imports, and with nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tradesage-version-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("evolve.ts", 'import { sum } from "./sum.ts";\nimport type { Big } from "big.js";\n');
  await write("sum.ts", 'import { evolve } from "./evolve.ts";\nexport const sum = 1;\n');
  await write("other.ts", "1");
  const version = () => sourceVersion(pathToFileURL(join(folder, "evolve.ts")));
  const first = version();
  await write("other.ts", "2");
  expect(version()).toBe(first);
  await write("sum.ts", 'import { evolve } from "./evolve.ts";\nexport const sum = 2;\n');
  expect(version()).not.toBe(first);
});
