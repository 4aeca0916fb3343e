import { type ExecFileException, execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectFolder, stackFolder } from "../src/layout.ts";

let checkout: string;

/** A checkout on which nothing was done yet; only pnpm is there, so that the specs need not fetch it. */
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "checkout-"));
  for (const part of [
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "contracts",
    "infra",
    "services",
    "projections",
    "tools",
  ]) {
    cpSync(join(projectFolder, part), join(checkout, part), {
      recursive: true,
      filter: (path) => !path.includes("node_modules"),
    });
  }
  const toolchain = join(stackFolder, "toolchain");
  if (existsSync(toolchain)) {
    mkdirSync(join(checkout, ".stack"));
    cpSync(toolchain, join(checkout, ".stack/toolchain"), { recursive: true, verbatimSymlinks: true });
  }
});

afterEach(() => rmSync(checkout, { recursive: true }));

function bootstrap(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const file = join(checkout, "tools/stack/bootstrap.mjs");
    execFile(process.execPath, [file, ...args], { cwd: checkout }, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test("two commands at once on a fresh checkout: one sets it up, the other waits; later ones are silent", async () => {
  const both = await Promise.all([bootstrap("stack", "--help"), bootstrap("stack", "--help")]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const told = both.map(({ stderr }) => stderr).join("");
  expect(told.match(/packages and Node 22 +[\d.]+ s/g)).toHaveLength(1);
  expect(told.match(/waiting for it/g)).toHaveLength(1);
  const again = await bootstrap("stack", "--help");
  expect(again.stderr).toBe("");
  expect(again.stdout).toContain("npm run stack");
});

test("the exit code of a command is the bootstrap's", async () => {
  expect((await bootstrap("stack", "status")).code).toBe(3);
  expect((await bootstrap("no-such-command")).code).toBe(2);
});
