import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { stackFolder } from "../layout.ts";
import { type ServerVariable, serverVariables } from "../servers/choose-servers.ts";
import { startStack } from "../stack.ts";

type ServerUrls = Readonly<Record<ServerVariable, string>>;

declare module "vitest" {
  interface ProvidedContext {
    /** Of each worker of vitest its servers: two files at a time share none. */
    serverUrls: readonly ServerUrls[];
  }
}

/** Before the integration specs: real servers for each worker, empty and on free ports, but for those that the environment names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(stackFolder, "test");
  mkdirSync(folder, { recursive: true });
  const files = project.vitest.state.getPaths().filter((path) => project.matchesTestGlob(path));
  const folders = Array.from({ length: Math.min(project.config.maxWorkers, files.length) }, () =>
    mkdtempSync(join(folder, "integration-")),
  );
  const stacks = await Promise.all(
    folders.map((dir) => startStack({ dir, portBase: "free", services: "none", env: { TRADESAGE_ENV: "test" } })),
  );
  project.provide(
    "serverUrls",
    stacks.map(({ env }) => pickServers(env)),
  );
  return async () => {
    await Promise.all(stacks.map((stack) => stack.stop()));
    for (const dir of folders) rmSync(dir, { recursive: true });
  };
}

function pickServers(env: ServerUrls): ServerUrls {
  return Object.fromEntries(serverVariables.map((name) => [name, env[name]])) as ServerUrls;
}
