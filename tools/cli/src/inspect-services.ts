import type { ProcessRecord } from "@tradesage/stack";

/** How one process or server does. */
export interface Health {
  readonly name: string;
  readonly kind: "server" | "service";
  readonly up: boolean;
  readonly ready: boolean;
  readonly version: string | null;
  readonly pid: number | null;
  readonly restarts: number | null;
  /** What it lags behind, by the name of the metric. */
  readonly lag: Readonly<Record<string, number>>;
  /** The conditions of readiness that do not hold, or why nothing could be learned. */
  readonly failing: readonly string[];
}

const DEADLINE_MS = 3_000;

/** Asks a service's management port how it does. */
export async function inspectService(record: ProcessRecord): Promise<Health> {
  const port = Object.entries(record.ports).find(([name]) => name.endsWith("Management"))?.[1];
  const known = {
    name: record.name,
    kind: "service",
    pid: record.process?.pid ?? null,
    restarts: record.restarts,
  } as const;
  try {
    const [ready, metrics] = await Promise.all([
      get(`http://127.0.0.1:${port}/ready`),
      get(`http://127.0.0.1:${port}/metrics`),
    ]);
    const report = JSON.parse(ready) as { ready: boolean; version: string; checks: Record<string, boolean> };
    const failing = Object.entries(report.checks).flatMap(([label, passes]) => (passes ? [] : [label]));
    return { ...known, up: true, ready: report.ready, version: report.version, lag: lagsIn(metrics), failing };
  } catch (error) {
    return { ...known, up: false, ready: false, version: null, lag: {}, failing: [(error as Error).message] };
  }
}

async function get(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
  return response.text();
}

/** The gauges of lag among Prometheus' text lines: the largest of each name over its labels. */
export function lagsIn(metrics: string): Record<string, number> {
  const lags: Record<string, number> = {};
  for (const [, name = "", value] of metrics.matchAll(/^(tradesage_\w*_lag\w*)(?:\{[^}]*\})? (\S+)$/gm))
    lags[name] = Math.max(lags[name] ?? 0, Number(value));
  return lags;
}
