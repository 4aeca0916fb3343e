import { chownSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { nativeFolder } from "../layout.ts";
import type { ProcessDescription } from "../process/supervised-process.ts";
import { unprivilegedOwner } from "../process/unprivileged.ts";
import { StackError } from "../stack-error.ts";

/** The full path of a program under the native servers' `usr`. Throws `SERVERS_MISSING` where they were not set up. */
export function nativeProgram(path: string): string {
  const program = join(nativeFolder, path);
  if (existsSync(program)) return program;
  throw new StackError("SERVERS_MISSING", `${program} is missing: "npm start" sets it up.`);
}

/** How a native server is run: never as root. */
export function native(
  path: string,
  args: readonly string[],
): Pick<ProcessDescription, "kind" | "program" | "args" | "env" | "unprivileged"> {
  const env = { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" };
  return { kind: "server", program: nativeProgram(path), args, env, unprivileged: true };
}

/** Makes the folder of a native server's data, closed to all but the account under which it runs. */
export function makeDataFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (unprivilegedOwner) chownSync(folder, unprivilegedOwner.uid, unprivilegedOwner.gid);
}
