import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installPrograms, programFolders, programsFolder } from "./install.ts";
import { compile } from "./language/program.ts";
import { waitingFunctions } from "./terminal/terminal.ts";
import { temporaryFolder } from "./testing/workbench.ts";

const sources = programFolders.flatMap((folder) =>
  readdirSync(join(programsFolder, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.mq[h5]$/.test(name))
    .map((name) => join(folder, name)),
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
  expect([headers.length, programs.length]).toEqual([16, 2]);
});

test("nothing is declared that nothing uses", () => {
  const text = sources
    .map((name) => readFileSync(join(programsFolder, name), "utf8").replace(/\/\/.*/g, ""))
    .join("\n");
  const declared = [...text.matchAll(/^(?:const |input |struct |enum )?(?:\w+ +)?(\w+)(?:\[\])?(?:\(| =|;| \{)/gm)];
  const names = declared.map(([, name = ""]) => name).filter((name) => !/^On[A-Z]/.test(name));
  expect(names.length).toBeGreaterThan(150);
  expect(names.filter((name) => [...text.matchAll(new RegExp(`\\b${name}\\b`, "g"))].length < 2)).toEqual([]);
});

test.each(sources)("%s is plain ASCII, as every MetaEditor reads it", (name) => {
  expect(readFileSync(join(programsFolder, name), "utf8")).toMatch(/^[\n\x20-\x7e]*$/);
});

test("an installation copies every file of ours, over older ones, and leaves the others", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "Services/TradeSage"), { recursive: true });
  writeFileSync(join(folder, "Services/TradeSage/TradeSageFeed.mq5"), "old");
  writeFileSync(join(folder, "Services/mine.mq5"), "mine");
  const installed = installPrograms(folder);
  expect(installed.sort()).toEqual(sources.sort());
  for (const name of installed) {
    expect(readFileSync(join(folder, name))).toEqual(readFileSync(join(programsFolder, name)));
  }
  expect(readFileSync(join(folder, "Services/mine.mq5"), "utf8")).toBe("mine");
});
