import { isAlive } from "./process/identity.ts";
import { until } from "./process/until.ts";
import { readState } from "./state.ts";

const graceMs = 10_000;

/** Ends what a supervisor that was killed has left behind, so that nobody else writes the data that we are to use. */
export async function endLeftovers(folder: string): Promise<void> {
  const processes = readState(folder)?.processes ?? [];
  await Promise.all(
    processes.map(async ({ process: identity, stopSignal }) => {
      if (!identity || !isAlive(identity)) return;
      process.kill(identity.pid, stopSignal);
      if (await until(() => !isAlive(identity), graceMs)) return;
      process.kill(identity.pid, "SIGKILL");
      await until(() => !isAlive(identity), graceMs);
    }),
  );
}
