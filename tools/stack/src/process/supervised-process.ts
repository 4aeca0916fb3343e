import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { backOffMs, healthyMs } from "./back-off.ts";
import { identityOf, type ProcessIdentity } from "./identity.ts";
import { withLogFile } from "./log-file.ts";
import { asNobody } from "./unprivileged.ts";
import { until } from "./until.ts";

/** What to run, and how to tell that it runs well. */
export interface ProcessDescription {
  name: string;
  kind: "server" | "service";
  ports: Readonly<Record<string, number>>;
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** The signal after which it finishes what it has begun and ends. */
  stopSignal: NodeJS.Signals;
  /** Whether it must not run as root, even when root starts it. */
  unprivileged: boolean;
  /** Done before every start, so also after a crash. */
  prepare?: () => Promise<void>;
  isReady: () => Promise<boolean>;
}

export type ProcessState = "starting" | "ready" | "backing-off" | "stopped";

const askReadyEveryMs = 100;

/** Owns one child process: starts it again, ever more slowly, when it dies, until it is told to stop. */
export class SupervisedProcess {
  readonly description: ProcessDescription;
  readonly logFile: string;
  readonly #changed: (notice?: string) => void;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #finished: Promise<void> | undefined;
  #state: ProcessState = "stopped";
  #identity: ProcessIdentity | undefined;
  #restarts = 0;

  constructor(description: ProcessDescription, logFile: string, changed: (notice?: string) => void) {
    this.description = description;
    this.logFile = logFile;
    this.#changed = changed;
  }

  get state(): ProcessState {
    return this.#state;
  }

  get identity(): ProcessIdentity | undefined {
    return this.#identity;
  }

  /** How often it was started again since the stack started. */
  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    this.#finished ??= this.#run();
  }

  /** Sends a signal, as a fault: what dies of it is started again. */
  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
    if (signal !== "SIGSTOP" && signal !== "SIGCONT") this.#enter("starting");
  }

  waitReady(deadlineMs: number): Promise<boolean> {
    return until(() => this.#state === "ready", deadlineMs, 20);
  }

  /** Ends it for good: politely, and by force when it has not ended within the grace. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    this.#child?.kill(this.description.stopSignal);
    const force = setTimeout(() => this.killGroup(), graceMs);
    await this.#finished;
    clearTimeout(force);
  }

  /** Ends it and its children this instant. */
  killGroup(): void {
    this.#stopping.abort();
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // ended meanwhile
    }
  }

  async #run(): Promise<void> {
    let deaths = 0;
    while (!this.#stopping.signal.aborted) {
      const { how, wasReadyMs } = await this.#runOnce();
      if (this.#stopping.signal.aborted) break;
      deaths = wasReadyMs >= healthyMs ? 1 : deaths + 1;
      const waitMs = backOffMs(deaths);
      this.#enter("backing-off", `${this.description.name} ended (${how}); it starts again in ${waitMs} ms`);
      await pause(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      this.#restarts++;
    }
    this.#enter("stopped");
  }

  async #runOnce(): Promise<{ how: string; wasReadyMs: number }> {
    const { name, prepare } = this.description;
    this.#enter("starting");
    try {
      await prepare?.();
    } catch (error) {
      return { how: `it could not be prepared: ${error instanceof Error ? error.message : error}`, wasReadyMs: 0 };
    }
    if (this.#stopping.signal.aborted) return { how: "stopped", wasReadyMs: 0 };
    const child = withLogFile(this.logFile, (log) => spawnTied(this.description, log));
    const ended = endOf(child);
    this.#child = child;
    this.#identity = child.pid === undefined ? undefined : identityOf(child.pid);
    this.#changed();
    let readyAt = Number.POSITIVE_INFINITY;
    void this.#becomeReady(child).then((ready) => {
      if (!ready) return;
      readyAt = performance.now();
      this.#enter("ready", this.#restarts > 0 ? `${name} is ready again` : undefined);
    });
    const how = await ended;
    this.#child = undefined;
    this.#identity = undefined;
    return { how, wasReadyMs: Math.max(0, performance.now() - readyAt) };
  }

  /** Answers false when the child ended before it was ready; until then there is no end to its chance. */
  async #becomeReady(child: ChildProcess): Promise<boolean> {
    const isOver = () => child !== this.#child || this.#stopping.signal.aborted;
    const isSettled = async () => isOver() || (await this.description.isReady());
    await until(isSettled, Number.POSITIVE_INFINITY, askReadyEveryMs);
    return !isOver();
  }

  #enter(state: ProcessState, notice?: string): void {
    this.#state = state;
    this.#changed(notice);
  }
}

/**
 * The child has a session of its own: Ctrl-C at the terminal reaches the supervisor alone, which stops things in order.
 * Should the supervisor die without a word, the kernel tells the child to stop (PR_SET_PDEATHSIG, prctl(2)).
 */
function spawnTied({ program, args, env, stopSignal, unprivileged }: ProcessDescription, log: number): ChildProcess {
  const tie = [...(unprivileged ? asNobody : []), `--pdeathsig=${stopSignal.slice("SIG".length)}`];
  return spawn("setpriv", [...tie, "--", program, ...args], { env, detached: true, stdio: ["ignore", log, log] });
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}
