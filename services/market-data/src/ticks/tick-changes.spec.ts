import { expect, test } from "vitest";
import { batch, tick } from "./batch.fixture.ts";
import { hoursOf } from "./tick-changes.ts";

const hour = 3_600_000;
const at = (...times: readonly number[]) => batch(times.map((timeMsc) => tick({ timeMsc })));

test("the hours of ticks are each named once, whatever their order", () => {
  const hours = hoursOf([
    { symbol: "EURUSD", batch: at(hour - 1, hour, hour + 1, 2 * hour, hour + 2) },
    { symbol: "GBPUSD", batch: at(5 * hour - 1) },
    { symbol: "EURUSD", batch: at(hour, 9 * hour) },
  ]);
  expect([...hours].map(([symbol, some]) => [symbol, ...some])).toEqual([
    ["EURUSD", 0, 1, 2, 9],
    ["GBPUSD", 4],
  ]);
});
