import { join } from "node:path";
import type { Layout } from "./layout.ts";
import { identityOf } from "./process/identity.ts";
import { lastLines } from "./process/log-file.ts";
import { type ProcessDescription, SupervisedProcess } from "./process/supervised-process.ts";
import { StackError } from "./stack-error.ts";
import { type StackState, writeState } from "./state.ts";

/** A service has 10 s to drain before it ends itself. */
const graceMs = 12_000;

/** Owns the processes of one stack, and keeps its state file true. */
export class Supervisor {
  readonly #layout: Layout;
  readonly #urls: StackState["urls"];
  readonly #log: (message: string) => void;
  readonly #self = identityOf(process.pid) ?? { pid: process.pid, started: 0 };
  #processes: readonly SupervisedProcess[] = [];

  constructor(layout: Layout, urls: StackState["urls"], log: (message: string) => void) {
    this.#layout = layout;
    this.#urls = urls;
    this.#log = log;
  }

  get processes(): readonly SupervisedProcess[] {
    return this.#processes;
  }

  /** Starts processes beside those that run already. */
  start(descriptions: readonly ProcessDescription[]): void {
    const added = descriptions.map(
      (description) =>
        new SupervisedProcess(description, join(this.#layout.logs, `${description.name}.log`), (notice) => {
          this.#writeState();
          if (notice) this.#log(notice);
        }),
    );
    this.#processes = [...this.#processes, ...added];
    for (const one of added) one.start();
  }

  /** The process of that name; throws where there is none. */
  process(name: string): SupervisedProcess {
    const found = this.#processes.find((one) => one.description.name === name);
    if (found) return found;
    const names = this.#processes.map((one) => one.description.name).join(", ");
    throw new Error(`this stack runs no ${name}: it runs ${names}`);
  }

  /** Until all of them, or the one named, are ready. Throws `NOT_READY` with the last lines of a log at the deadline. */
  async waitReady(name: string | undefined, deadlineMs: number): Promise<void> {
    const awaited = name === undefined ? this.#processes : [this.process(name)];
    const ready = await Promise.all(awaited.map((one) => one.waitReady(deadlineMs)));
    const late = awaited.filter((_, index) => !ready[index]);
    if (late.length === 0) return;
    const told = late.map(({ description, state, logFile }) =>
      [`${description.name} is not ready after ${deadlineMs / 1000} s (${state}); the end of ${logFile}:`]
        .concat(lastLines(logFile, 12).map((line) => `  ${line}`))
        .join("\n"),
    );
    throw new StackError("NOT_READY", told.join("\n"));
  }

  /** Ends all, services before the servers that they work with. */
  async stop(): Promise<void> {
    for (const kind of ["service", "server"] as const) {
      await Promise.all(this.#ofKind(kind).map((one) => one.stop(graceMs)));
    }
  }

  /** Ends all, this instant. */
  kill(): void {
    for (const one of this.#processes) one.killGroup();
  }

  #ofKind(kind: ProcessDescription["kind"]): readonly SupervisedProcess[] {
    return this.#processes.filter((one) => one.description.kind === kind);
  }

  #writeState(): void {
    const processes = this.#processes.map(({ description, state, restarts, logFile, identity }) => ({
      name: description.name,
      kind: description.kind,
      ports: description.ports,
      stopSignal: description.stopSignal,
      state,
      restarts,
      log: logFile,
      ...(identity && { process: identity }),
    }));
    writeState(this.#layout.root, { supervisor: this.#self, urls: this.#urls, processes });
  }
}
