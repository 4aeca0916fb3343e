// Where every npm script of this project begins, on whatever Node the machine has: sees to it that all is there, then
// runs the command on the project's own Node 22. Plain JavaScript without packages, since there may be none yet.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { isSetUp, nodeProgram, projectFolder, SetUpFailed, setUp, toolsPath } from "./set-up.mjs";

const turbo = ["run", "check:format", "check:types", "check:imports", "check:unused", "check:unit"];
const commands = {
  start: { servers: true, main: "tools/stack/src/start.ts" },
  stack: { servers: false, main: "tools/stack/src/manage.ts" },
  cli: { servers: false, main: "tools/cli/src/main.ts" },
  test: { servers: true, browser: true, main: "tools/stack/src/test.ts" },
  bench: { servers: true, main: "tools/bench/src/main.ts" },
  check: {
    servers: false,
    main: "node_modules/turbo/bin/turbo",
    args: [...turbo, "--continue", "--output-logs=errors-only"],
  },
};

const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
if (!command) {
  console.error(`usage: node tools/stack/bootstrap.mjs ${Object.keys(commands).join("|")} [arguments]`);
  process.exit(2);
}

try {
  if (!isSetUp(command)) await setUp(command);
} catch (error) {
  if (!(error instanceof SetUpFailed)) throw error;
  console.error(error.message);
  process.exit(1);
}

const main = join(projectFolder, command.main);
const child = spawn(nodeProgram, ["--disable-warning=ExperimentalWarning", main, ...(command.args ?? []), ...args], {
  stdio: "inherit",
  env: { ...process.env, PATH: toolsPath(), TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // Ctrl-C at a terminal has reached the child already, as it has us.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
