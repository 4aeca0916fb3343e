import { type RestorePlan, type RestoreStage, secondsLeft } from "@tradesage/backups";
import { SingleBar } from "cli-progress";
import { durationOf } from "./plan.ts";

const doing: Readonly<Record<RestoreStage, string>> = { history: "events", tables: "tables", proof: "proof" };

/** A bar on standard error over the whole restore, with what is left of it; silent where nobody looks. */
export function restoreBar({ seconds }: Pick<RestorePlan, "seconds">, { json }: { json?: boolean | undefined }) {
  if (!process.stderr.isTTY || json) return { advance: () => {}, finish: () => {} };
  const bar = new SingleBar({
    format: "{stage} {bar} {percentage}% about {left} left",
    ...{ hideCursor: true, stream: process.stderr },
  });
  const begin = performance.now();
  bar.start(100, 0, { stage: doing.history, left: "…" });
  return {
    advance(stage: RestoreStage, share: number): void {
      const elapsed = (performance.now() - begin) / 1000;
      const left = secondsLeft(seconds, stage, Math.min(1, share), elapsed);
      bar.update(Math.round((100 * elapsed) / Math.max(0.001, elapsed + left)), {
        ...{ stage: doing[stage], left: durationOf(left) },
      });
    },
    finish: () => bar.stop(),
  };
}
