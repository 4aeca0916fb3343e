import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile, programsFolder } from "./language/program.ts";
import { waitingFunctions } from "./terminal/terminal.ts";

const sources = readdirSync(programsFolder, { recursive: true, encoding: "utf8" }).filter((name) =>
  /^(Include|Experts|Services)\/.*\.mq[h5]$/.test(name),
);
const programs = sources.filter((name) => name.endsWith(".mq5"));

test.each(programs)("%s is of MQL5: every name is known and every type fits", (name) => {
  const { calledOfMql5 } = compile(join(programsFolder, name), waitingFunctions);
  expect(calledOfMql5.size).toBeGreaterThan(30);
});

test("every header belongs to a program", () => {
  const text = programs.map((name) => readFileSync(join(programsFolder, name), "utf8")).join();
  const headers = sources.filter((name) => name.endsWith(".mqh")).map((name) => name.split("/").at(-1) ?? "");
  expect(headers.filter((name) => !text.includes(`#include <TradeSage\\${name}>`))).toEqual([]);
  expect([headers.length, programs.length]).toEqual([10, 1]);
});

test.each(sources)("%s is plain ASCII, as every MetaEditor reads it", (name) => {
  expect(readFileSync(join(programsFolder, name), "utf8")).toMatch(/^[\n\x20-\x7e]*$/);
});
