import { SingleBar } from "cli-progress";

export interface Progress {
  advance(done: number): void;
  finish(): void;
}

/** A bar on standard error while `total` things are done; silent where nobody looks (no terminal, or `--json`). */
export function progress(label: string, total: number, options: { json?: boolean | undefined } = {}): Progress {
  if (!process.stderr.isTTY || options.json) return { advance: () => {}, finish: () => {} };
  const bar = new SingleBar({
    format: `${label} {bar} {percentage}% {value}/{total} {rate}/s {eta_formatted}`,
    hideCursor: true,
    stream: process.stderr,
  });
  const begin = performance.now();
  const rateOf = (done: number) => Math.round((done * 1000) / Math.max(1, performance.now() - begin));
  bar.start(total, 0, { rate: 0 });
  return { advance: (done) => bar.update(done, { rate: rateOf(done) }), finish: () => bar.stop() };
}
