import type { ProcessDescription } from "./supervised-process.ts";

/**
 * The command line of a program of ours: Node runs its TypeScript as it is, and carries the context of a trace along
 * without a hook for each promise, as it does by itself from version 24 on.
 */
export function nodeProgram(
  main: string,
  args: readonly string[] = [],
): Pick<ProcessDescription, "program" | "args" | "stopSignal" | "unprivileged"> {
  return {
    program: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", "--experimental-async-context-frame", main, ...args],
    stopSignal: "SIGTERM",
    unprivileged: false,
  };
}
