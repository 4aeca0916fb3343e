import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { until } from "@tradesage/until";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectFolder, stackFolder } from "../src/layout.ts";
import { isAlive, type ProcessIdentity } from "../src/process/identity.ts";
import { startStack } from "../src/stack.ts";

const program = join(import.meta.dirname, "fixtures/start-stack.ts");
const env = { ...process.env, DATABASE_URL: "", NATS_URL: "", EVENTSTORE_URL: "", REDIS_URL: "" };
const nobody = 65_534;
/** Another account can be tried by root alone, and only in a checkout that is open to it. */
const canBeNobody = process.getuid?.() === 0 && stackFolder.startsWith(projectFolder);

let dir: string;

beforeEach(() => {
  mkdirSync(join(stackFolder, "test"), { recursive: true });
  dir = mkdtempSync(join(stackFolder, "test/death-"));
});

afterEach(() => rmSync(dir, { recursive: true }));

/** A supervisor in a process of its own, and what it runs. */
async function startElsewhere(
  options: { uid?: number; gid?: number } = {},
): Promise<{ supervisor: ChildProcess; servers: readonly ProcessIdentity[] }> {
  const args = ["--disable-warning=ExperimentalWarning", program, dir];
  const supervisor = spawn(process.execPath, args, { env, cwd: "/", stdio: ["ignore", "pipe", "inherit"], ...options });
  const [line] = await once(supervisor.stdout as NodeJS.ReadableStream, "data");
  return { supervisor, servers: JSON.parse(String(line)) };
}

test("when the supervisor is killed, its servers end by themselves", async () => {
  const { supervisor, servers } = await startElsewhere();
  expect(servers).toHaveLength(4);
  supervisor.kill("SIGKILL");
  await until("they have ended", () => !servers.some(isAlive));
});

test("a stack starts in the folder of one that was killed a moment ago", async () => {
  const { supervisor, servers } = await startElsewhere();
  supervisor.kill("SIGKILL");
  await once(supervisor, "exit");
  const next = await startStack({ dir, portBase: "free", services: "none", env });
  expect(servers.some(isAlive)).toBe(false);
  await next.stop();
});

test.runIf(canBeNobody)("an ordinary user's stack runs under his account", async () => {
  chownSync(dir, nobody, nobody);
  chmodSync(dir, 0o700);
  const { supervisor, servers } = await startElsewhere({ uid: nobody, gid: nobody });
  for (const { pid } of servers) expect(statSync(`/proc/${pid}`).uid).toBe(nobody);
  supervisor.kill("SIGKILL");
  await until("they have ended", () => !servers.some(isAlive));
});
