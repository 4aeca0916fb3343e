import type { ProcessDescription } from "./supervised-process.ts";

/** The command line of a program of ours: Node runs its TypeScript as it is. */
export function nodeProgram(
  main: string,
  args: readonly string[] = [],
): Pick<ProcessDescription, "program" | "args" | "stopSignal" | "unprivileged"> {
  return {
    program: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", main, ...args],
    stopSignal: "SIGTERM",
    unprivileged: false,
  };
}
