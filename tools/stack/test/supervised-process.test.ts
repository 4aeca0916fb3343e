import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATIENCE_MS, until } from "@tradesage/until";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAlive } from "../src/process/identity.ts";
import { SupervisedProcess } from "../src/process/supervised-process.ts";

let dir: string;
let supervised: SupervisedProcess | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "supervised-"));
});

afterEach(async () => {
  await supervised?.stop(0);
  rmSync(dir, { recursive: true });
});

/** Node running a line of code, ready as soon as it runs. */
function supervise(code: string): { process: SupervisedProcess; notices: string[] } {
  const notices: string[] = [];
  supervised = new SupervisedProcess(
    {
      name: "worker",
      kind: "service",
      ports: {},
      program: process.execPath,
      args: ["-e", code],
      env: process.env,
      stopSignal: "SIGTERM",
      unprivileged: false,
      isReady: async () => true,
    },
    join(dir, "worker.log"),
    (notice) => notice && notices.push(notice),
  );
  supervised.start();
  return { process: supervised, notices };
}

const written = ({ logFile }: SupervisedProcess) => existsSync(logFile) && readFileSync(logFile, "utf8");
const forever = "setInterval(() => {}, 1000);";

test("a process that is killed is started again, and that is told", async () => {
  const { process, notices } = supervise(forever);
  await process.waitReady(PATIENCE_MS);
  const first = process.identity;
  process.kill("SIGKILL");
  expect(await process.waitReady(PATIENCE_MS)).toBe(true);
  expect(process.identity).not.toEqual(first);
  expect(process.restarts).toBe(1);
  expect(notices).toEqual(["worker ended (SIGKILL); it starts again in 200 ms", "worker is ready again"]);
});

test("a process that keeps dying is started ever more slowly", async () => {
  const { notices } = supervise("process.exit(3)");
  const delays = () => notices.flatMap((notice) => /exit code 3.* in (\d+) ms/.exec(notice)?.[1] ?? []);
  await until("three delays", () => delays().length >= 3);
  expect(delays().slice(0, 3)).toEqual(["200", "400", "800"]);
});

test("a stopped process finishes what it began, and stays stopped", async () => {
  const { process } = supervise(
    `console.log("up"); process.on("SIGTERM", () => { console.log("done"); process.exit(0); }); ${forever}`,
  );
  await until("it is up", () => written(process) === "up\n");
  await process.stop(5000);
  expect(process.state).toBe("stopped");
  expect(readFileSync(process.logFile, "utf8")).toBe("up\ndone\n");
});

test("a process that does not want to stop is ended by force", async () => {
  const { process } = supervise(`process.on("SIGTERM", () => {}); console.log("up"); ${forever}`);
  await until("it is up", () => written(process) === "up\n");
  const identity = process.identity;
  await process.stop(50);
  expect(identity && isAlive(identity)).toBe(false);
});
