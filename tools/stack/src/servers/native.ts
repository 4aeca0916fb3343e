import { existsSync } from "node:fs";
import { join } from "node:path";
import { nativeFolder } from "../layout.ts";
import type { ProcessDescription } from "../process/supervised-process.ts";
import { StackError } from "../stack-error.ts";

/** The account `nobody`, which Debian gives this number: what root starts runs under it. */
const nobody = 65_534;

export const isRoot = process.getuid?.() === 0;

/** The full path of a program under the native servers' `usr`. Throws `SERVERS_MISSING` where they were not set up. */
export function nativeProgram(path: string): string {
  const program = join(nativeFolder, path);
  if (existsSync(program)) return program;
  throw new StackError("SERVERS_MISSING", `${program} is missing: "npm start" sets it up.`);
}

/**
 * The command line under which a native server runs: never as root, and stopped by the kernel should its supervisor
 * die without a word (PR_SET_PDEATHSIG, prctl(2)).
 */
export function native(
  path: string,
  args: readonly string[],
  stopSignal: NodeJS.Signals,
): Pick<ProcessDescription, "program" | "args" | "stopSignal" | "hasChannel" | "env" | "kind"> {
  const death = `--pdeathsig=${stopSignal.replace("SIG", "")}`;
  return {
    kind: "server",
    program: "setpriv",
    args: [...asNobody, death, "--", nativeProgram(path), ...args],
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
    stopSignal,
    hasChannel: false,
  };
}

/** What `setpriv` is told so that a program started by root is not root. */
export const asNobody: readonly string[] = isRoot
  ? [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--no-new-privs"]
  : [];

/** To whom the data of a native server must belong. */
export const nativeOwner = isRoot ? { uid: nobody, gid: nobody } : undefined;
