import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const own = import.meta.dirname;
const project = resolve(own, "../..");
/** All that the built page is made of. */
const sources = [
  "tools/console/*.*",
  "tools/console/{src,public}/**/*.*",
  "tools/client/src/**/*.ts",
  "contracts/src/**/*.ts",
  "pnpm-lock.yaml",
];

/**
 * Sees to it that `folder` holds the console as the gateway serves it, built from the sources as they are now; where it
 * is so already, which a digest tells, nothing is done. Throws with Vite's words where they cannot be built.
 */
export async function buildConsole(folder: string): Promise<void> {
  const digest = digestOfSources();
  const stamp = `${folder}.stamp`;
  if (existsSync(folder) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  const made = mkdtempSync(`${folder}.`);
  try {
    await vite(["build", "--outDir", made, "--emptyOutDir", "--logLevel", "warn"]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
    writeFileSync(stamp, digest);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    // Another process built the same at the same time, and was quicker.
    if (!["ENOTEMPTY", "EEXIST"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

function digestOfSources(): string {
  const hash = createHash("sha256");
  for (const file of globSync(sources, { cwd: project }).sort())
    hash.update(file).update(readFileSync(join(project, file)));
  return hash.digest("hex");
}

function vite(args: readonly string[]): Promise<void> {
  const program = fileURLToPath(new URL("bin/vite.js", import.meta.resolve("vite/package.json")));
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: own, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
    child.on("error", failed);
    child.on("exit", (code) => {
      if (code === 0) done();
      else failed(new Error(`the console could not be built:\n${said.slice(-4000)}`));
    });
  });
}
