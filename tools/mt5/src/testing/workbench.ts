import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { compileText } from "../language/program.ts";
import { array, type LoadedProgram, type Mql5Array } from "../language/runtime.ts";
import { createTerminal, type Terminal, waitingFunctions } from "../terminal/terminal.ts";
import { market } from "./market.ts";

export interface Workbench extends LoadedProgram {
  readonly terminal: Terminal;
  readonly folder: string;
}

/** Headers of the programs in a terminal of their own, for one test. */
export function workbench(headers: readonly string[], options: { source?: string; folder?: string } = {}): Workbench {
  const folder = options.folder ?? temporaryFolder();
  const terminal = createTerminal({ folder, market: market(), clock: { now: Date.now, offsetSeconds: 7200 } });
  onTestFinished(() => terminal.crash());
  const program = terminal.load(compileText(headers, options.source ?? "", waitingFunctions));
  return { ...program, terminal, folder };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "mt5-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function bytes(items: Iterable<number> = []): Mql5Array<number> {
  const made = array(() => 0, 0, "uchar");
  made.items = [...items];
  return made;
}

export function structs(make: new () => object, items: readonly object[] = []): Mql5Array {
  const made = array<unknown>(() => new make(), 0, "struct");
  made.items = items.map((item) => Object.assign(new make(), item));
  return made;
}

export const texts = (): Mql5Array<string> => array(() => "", 0, "string");
