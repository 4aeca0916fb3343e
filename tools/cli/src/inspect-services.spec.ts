import { expect, test } from "vitest";
import { lagsIn } from "./inspect-services.ts";

test("the lag of a process is the largest of each of its gauges, whatever else it measures", () => {
  const metrics = `# HELP tradesage_projection_lag_seconds Age
# TYPE tradesage_projection_lag_seconds gauge
tradesage_projection_lag_seconds{tenant="acme"} 0.25
tradesage_projection_lag_seconds{tenant="west"} 3
tradesage_ticks_lag_milliseconds 12
tradesage_ticks_written_total 99
nodejs_eventloop_lag_seconds 0.01
`;
  expect(lagsIn(metrics)).toEqual({ tradesage_projection_lag_seconds: 3, tradesage_ticks_lag_milliseconds: 12 });
});
