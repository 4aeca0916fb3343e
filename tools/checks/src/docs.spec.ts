import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const project = join(import.meta.dirname, "../../..");
const exclude = (path: string) => path.endsWith("node_modules");
const pages = globSync("{README.md,{contracts,docs,infra,services,projections,tools}/**/*.md}", {
  cwd: project,
  exclude,
});
const sources = globSync("{contracts,infra,services,projections,tools}/**/*.{ts,mjs,mqh,mq5}", {
  cwd: project,
  exclude,
});
const textOf = (page: string) => readFileSync(join(project, page), "utf8");
const found = (page: string, what: RegExp) => [...textOf(page).matchAll(what)].map(([, first = ""]) => first);

test.each(globSync("{README.md,docs/*.md}", { cwd: project }))("every source file that %s names is there", (page) => {
  const missing = found(page, /`([\w./-]+\.(?:ts|mjs|mqh|mq5))`/g).filter(
    (path) => !sources.some((file) => `/${file}`.endsWith(`/${path}`)),
  );
  expect(missing).toEqual([]);
});

/** As those who show Markdown name a heading's place: small letters, no punctuation, dashes for blanks. */
const placesIn = (page: string) =>
  found(page, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

test.each(pages)("every link of %s leads somewhere", (page) => {
  const broken = found(page, /\]\(([^)\s]+)\)/g).filter((link) => {
    if (/^\w+:/.test(link)) return false;
    const [path = "", place] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    return !existsSync(join(project, target)) || (place !== undefined && !placesIn(target).includes(place));
  });
  expect(broken).toEqual([]);
});

test.each(pages)("every script and benchmark that %s names is there", (page) => {
  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
  const missing = found(page, /npm run (?:-s )?([a-z:]+)/g).filter((name) => !(name in scripts));
  const benches = found(page, /npm run bench -- ([a-z][a-z-]*)/g);
  missing.push(...benches.filter((name) => !existsSync(join(project, `tools/bench/src/${name}.bench.ts`))));
  expect(missing).toEqual([]);
});
