import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { stackFolder } from "../layout.ts";
import { type ServerVariable, serverVariables } from "../servers/choose-servers.ts";
import { startStack } from "../stack.ts";

declare module "vitest" {
  interface ProvidedContext {
    serverUrls: Readonly<Record<ServerVariable, string>>;
  }
}

/** Before the integration specs: real servers, empty and on free ports, but for those that the environment names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = join(stackFolder, "test");
  mkdirSync(folder, { recursive: true });
  const dir = mkdtempSync(join(folder, "integration-"));
  const stack = await startStack({
    dir,
    portBase: "free",
    services: "none",
    env: { TRADESAGE_ENV: "test" },
  });
  project.provide("serverUrls", pickServers(stack.env));
  return async () => {
    await stack.stop();
    rmSync(dir, { recursive: true });
  };
}

function pickServers(env: Readonly<Record<ServerVariable, string>>): Readonly<Record<ServerVariable, string>> {
  return Object.fromEntries(serverVariables.map((name) => [name, env[name]])) as Record<ServerVariable, string>;
}
