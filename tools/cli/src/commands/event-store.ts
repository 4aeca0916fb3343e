import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";

/** The server's own program takes the options, and its `--help` tells them. */
export function eventStoreCommand(program: Command): void {
  program
    .command("event-store")
    .description("run the embedded event store by itself (--help tells its options)")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[options...]")
    .action(async (options: readonly string[]) => {
      const main = fileURLToPath(new URL("main.ts", import.meta.resolve("@tradesage/event-store/server")));
      const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...options], {
        stdio: "inherit",
      });
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => server.kill(signal));
      const [code] = (await once(server, "exit")) as [number | null];
      process.exitCode = code ?? 1;
    });
}
