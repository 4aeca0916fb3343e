import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { compileText, readHeaders } from "../language/program.ts";
import { array, type LoadedProgram, type Mql5Array } from "../language/runtime.ts";
import { clockOf } from "../terminal/clock.ts";
import type { Market } from "../terminal/market.ts";
import { createTerminal, type Terminal, waitingFunctions } from "../terminal/terminal.ts";
import { market as brokersMarket } from "./market.ts";

export interface Workbench extends LoadedProgram {
  readonly terminal: Terminal;
  readonly market: Market;
  readonly folder: string;
}

interface WorkbenchOptions {
  /** Further source, behind the headers. */
  readonly source?: string;
  readonly folder?: string;
  /** A change to plant in the headers' text: what is replaced, and by what. */
  readonly planted?: readonly [from: string, to: string];
  readonly trust?: string;
}

/** Headers of the programs in a terminal of their own, for one test. */
export function workbench(headers: readonly string[], options: WorkbenchOptions = {}): Workbench {
  const folder = options.folder ?? temporaryFolder();
  const clock = clockOf(7200);
  const trust = options.trust === undefined ? {} : { trust: options.trust };
  const market = brokersMarket();
  const terminal = createTerminal({ folder, market, clock, ...trust });
  onTestFinished(() => terminal.crash());
  const [from = "", to = ""] = options.planted ?? [];
  const sources = readHeaders(headers).map(({ name, text }) => ({ name, text: text.replace(from, to) }));
  if (options.planted && !readHeaders(headers).some(({ text }) => text.includes(from))) {
    throw new Error(`there is no ${from} to change`);
  }
  sources.push({ name: "test.mq5", text: options.source ?? "" });
  return { ...terminal.load(compileText(sources, waitingFunctions)), terminal, market, folder };
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
