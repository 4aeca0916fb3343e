import type { Logger } from "@tradesage/telemetry";
import { within } from "./deadline.ts";

const STEP_DEADLINE_MS = 5_000;

export interface StopSteps {
  add(label: string, step: () => Promise<void> | void): void;
  /** Runs the steps, the last added first. A step that fails or hangs is logged and the next one runs; says whether all went well. */
  run(logger: Logger): Promise<boolean>;
}

export function createStopSteps(): StopSteps {
  const steps: { label: string; step: () => Promise<void> | void }[] = [];
  return {
    add(label, step) {
      steps.push({ label, step });
    },
    async run(logger) {
      let clean = true;
      for (const { label, step } of steps.toReversed()) {
        try {
          await within(STEP_DEADLINE_MS, label, Promise.resolve().then(step));
        } catch (error) {
          clean = false;
          logger.error({ err: error, step: label }, "a step of stopping failed");
        }
      }
      return clean;
    },
  };
}
