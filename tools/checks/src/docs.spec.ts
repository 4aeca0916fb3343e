import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const project = join(import.meta.dirname, "../../..");
const sources = globSync("{contracts,infra,services,projections,tools}/**/*.{ts,mjs,mqh,mq5}", {
  cwd: project,
  exclude: (path) => path.endsWith("node_modules"),
});

test.each(globSync("{README.md,docs/*.md}", { cwd: project }))("every source file that %s names is there", (page) => {
  const named = [...readFileSync(join(project, page), "utf8").matchAll(/`([\w./-]+\.(?:ts|mjs|mqh|mq5))`/g)];
  const missing = named.flatMap(([, path = ""]) =>
    sources.some((file) => `/${file}`.endsWith(`/${path}`)) ? [] : [path],
  );
  expect(missing).toEqual([]);
});
