import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lastLines, withLogFile } from "./log-file.ts";

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "log-"));
  file = join(dir, "worker.log");
});

afterEach(() => rmSync(dir, { recursive: true }));

test("a start goes on with the log of the start before", () => {
  withLogFile(file, (log) => writeSync(log, "one\n"));
  withLogFile(file, (log) => writeSync(log, "two\n"));
  expect(lastLines(file, 10)).toEqual(["one", "two"]);
});

test("a log that has grown too large is put aside, and only one such is kept", () => {
  writeFileSync(file, "old");
  truncateSync(file, 10 * 1024 * 1024 + 1);
  withLogFile(file, (log) => writeSync(log, "new\n"));
  expect(readFileSync(file, "utf8")).toBe("new\n");
  expect(readFileSync(`${file}.1`, "utf8").slice(0, 3)).toBe("old");
});

test("the last lines of a log that is missing are none", () => {
  expect(lastLines(file, 3)).toEqual([]);
});
