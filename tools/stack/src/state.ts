import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { layoutOf, stackFolder } from "./layout.ts";
import { isAlive, type ProcessIdentity } from "./process/identity.ts";
import type { ProcessDescription, ProcessState } from "./process/supervised-process.ts";

export interface ProcessRecord extends Pick<ProcessDescription, "name" | "kind" | "ports" | "stopSignal"> {
  state: ProcessState;
  restarts: number;
  /** Where its output goes. */
  log: string;
  /** Missing while it does not run. */
  process?: ProcessIdentity;
}

/** What a running stack writes down for whoever comes by: no secret is in it. */
export interface StackState {
  supervisor: ProcessIdentity;
  /** Where things are, passwords left out. */
  urls: Readonly<Record<string, string>>;
  processes: readonly ProcessRecord[];
}

/**
 * What the stack in a folder (the checkout's own, when none is given) last wrote down, and whether it still runs.
 * `undefined` where none ever ran.
 */
export function readState(folder = stackFolder): (StackState & { running: boolean }) | undefined {
  const state = readJson<StackState>(stateFile(folder));
  return state && { ...state, running: isAlive(state.supervisor) };
}

/**
 * The environment of the processes of a running stack, secrets and all, for programs that work beside them. Only the
 * account that started the stack may read it. `undefined` where no stack runs.
 */
export function readEnvironment(folder = stackFolder): Readonly<Record<string, string>> | undefined {
  if (!readState(folder)?.running) return undefined;
  return readJson<Record<string, string>>(environmentFile(folder));
}

export function writeState(folder: string, state: StackState): void {
  writeJson(stateFile(folder), state);
}

export function writeEnvironment(folder: string, environment: Readonly<Record<string, string>>): void {
  writeJson(environmentFile(folder), environment);
}

function stateFile(folder: string): string {
  return join(layoutOf(folder).run, "state.json");
}

function environmentFile(folder: string): string {
  return join(layoutOf(folder).run, "environment.json");
}

function readJson<Value>(file: string): Value | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Value) : undefined;
}

/** Readers see the old text or the new one, never a part. */
function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
