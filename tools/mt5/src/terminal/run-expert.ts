import { setTimeout as sleep } from "node:timers/promises";
import type { LoadedProgram } from "../language/runtime.ts";
import type { Terminal } from "./terminal.ts";

const TIMER_MS = 5;

/**
 * Runs an Expert Advisor as a terminal does: one event after the other, in one thread. A request that the trade server
 * took is followed by OnTradeTransaction. Resolves when the terminal is stopped.
 */
export async function runExpert(terminal: Terminal, { functions, structs }: LoadedProgram): Promise<void> {
  const make = (name: string) => new (structs[name] as new () => object)();
  const event = async (name: string, ...args: unknown[]) => await functions[name]?.(...args);
  await event("OnInit");
  let seen = 0;
  while (!terminal.isStopped()) {
    await event("OnTimer");
    const requests = terminal.server.requests.length;
    if (requests > seen) {
      seen = requests;
      await event("OnTradeTransaction", make("MqlTradeTransaction"), make("MqlTradeRequest"), make("MqlTradeResult"));
    }
    await sleep(TIMER_MS);
  }
  await event("OnDeinit", 1);
}
